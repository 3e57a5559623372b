"""Pure decisions: who is who, what changes, what waits for a person. No files, sockets, clocks or random numbers."""
