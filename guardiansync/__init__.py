"""Parents and guardians from a district's nightly export into a roster, safely."""

__version__ = "0.1.0"
