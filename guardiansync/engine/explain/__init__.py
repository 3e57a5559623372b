"""Why: what the roster has of somebody, which rules made it so, what waits, and whom they were not merged with."""

from guardiansync.engine.explain.explanation import Explanation
from guardiansync.engine.explain.history import DECISIONS, HISTORY, decisions_of, history_of
from guardiansync.engine.explain.strangers import STRANGERS, strangers
from guardiansync.engine.explain.subject import Subject, of_subject

__all__ = [
    "DECISIONS",
    "HISTORY",
    "STRANGERS",
    "Explanation",
    "Subject",
    "decisions_of",
    "history_of",
    "of_subject",
    "strangers",
]
