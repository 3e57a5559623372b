"""The nouns: what is stored, what came in, what is planned, what was done."""
