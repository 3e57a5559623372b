"""Possible duplicates: accounts that a person should look at. Nothing here is ever applied by itself.

People are compared where they share something that few others have (`blocks`), so the cost grows with the roster and
not with its square; what agrees and what is nearly the same is weighed (`evidence`) and put in words (`pairs`).
"""

from guardiansync.engine.near.pairs import PAIRS, near_pairs

__all__ = ["PAIRS", "near_pairs"]
