"""Pure decisions: who is who, what changes, what waits for a person."""
