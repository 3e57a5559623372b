"""What each id says tonight: U4, U5, U6."""

from dataclasses import dataclass, field

import polars as pl

from guardiansync.engine.damage import is_damaged
from oracle.keys import Contacts, same_value
from oracle.people import ROLE_FIELDS, Row, Said, Stored, Tonight


@dataclass
class Spoken:
    """What one id says tonight.

    Attributes:
        file: As it stands in the file.
        said: With blanks filled from what was said last, and damaged values replaced by it.
        apart: The rows that have neither name nor contact in common with it.
    """

    file: Said
    said: Said
    apart: list[Row] = field(default_factory=list)


def everybody(stored: Stored, tonight: Tonight) -> list[Said]:
    """All people that names are counted of (A5)."""
    said = [_choose(tonight, guardian, None) for guardian in tonight.speaking]
    return said + [role.said for role in stored.roles.values()]


def listen(stored: Stored, tonight: Tonight, contacts: Contacts) -> dict[str, Spoken]:
    """What each guardian of the file says, of whom a row can be used."""
    spoken: dict[str, Spoken] = {}
    for guardian, rows in tonight.speaking.items():
        role = stored.roles.get(stored.guardian(guardian))
        last = role.said if role else None
        chosen = _choose(tonight, guardian, last)
        apart = [row for row, said in rows if not contacts.agree(said, chosen)]
        spoken[guardian] = Spoken(chosen, settle(chosen, last), apart)
    return spoken


def settle(said: Said, last: Said | None) -> Said:
    """U4 and U5: keep what is stored where the file is blank, or has it damaged."""
    if last is None:
        return said
    kept = {
        name: getattr(last, name)
        for name in ROLE_FIELDS
        if not getattr(said, name) or _is_damaged(name, getattr(said, name), getattr(last, name))
    }
    return said._replace(**kept)


def has_news(said: Said, last: Said) -> bool:
    """Whether more than spelling differs from what a role last said."""
    return any(not same_value(name, getattr(said, name), getattr(last, name)) for name in ROLE_FIELDS)


def _choose(tonight: Tonight, guardian: str, last: Said | None) -> Said:
    """U6: the most frequent whole row; of those the one that is stored, else the smallest."""
    counted = tonight.frequencies(guardian)
    most = max(counted.values())
    frequent = sorted(said for said, count in counted.items() if count == most)
    if last is not None:
        stored = [said for said in frequent if not has_news(settle(said, last), last)]
        frequent = stored or frequent
    return frequent[0]


def _is_damaged(name: str, new: str, old: str) -> bool:
    """U5, of names: a given, as cleaning is."""
    if name not in ("first_name", "last_name") or old.isascii() or new == old:
        return False
    return bool(is_damaged(pl.DataFrame({"new": [new], "old": [old]}), "new", "old")[0])
