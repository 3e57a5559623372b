"""Whether two first names may be one person's."""

import polars as pl


def same_first_name(a: pl.Series, b: pl.Series) -> pl.Series:
    """Stand-in until merged."""
    return a.str.to_lowercase() == b.str.to_lowercase()
