"""File in, rows out: fetching, reading, finding the columns."""
