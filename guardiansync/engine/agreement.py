"""Agreement (design §4): weaker than an equal key, and what tells whether two sets of details may be one person's."""

from collections.abc import Iterable, Iterator

import polars as pl

from guardiansync.engine.keys import NONE_SHARED, Shared
from guardiansync.engine.text import alike


def agree(a: str, b: str, shared: Shared = NONE_SHARED) -> pl.Expr:
    """Whether two sets of details agree: the names, or non-blank emails, or non-blank mobiles are equal.

    Args:
        a: What stands before the column names of the one, such as "said_".
        b: The same for the other.
        shared: Contacts that tell nothing (A5).
    """
    return same_name(a, b) | same_contact(a, b, shared)


def same_name(a: str, b: str) -> pl.Expr:
    """Whether the names are equal."""
    return alike("first_name", f"{a}first_name", f"{b}first_name") & alike(
        "last_name", f"{a}last_name", f"{b}last_name"
    )


def same_contact(a: str, b: str, shared: Shared = NONE_SHARED) -> pl.Expr:
    """Whether the non-blank emails or the non-blank mobiles are equal."""
    return pl.any_horizontal(
        alike(name, a + name, b + name) & shared.is_evidence(name, a + name) for name in ("email", "sms")
    )


def groups_of(items: Iterable[str], ties: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    """The connected groups of a graph, each sorted, in the order of their smallest members.

    For the few that rules are in doubt about; not for whole rosters.

    Args:
        items: All nodes.
        ties: Which of them belong together.
    """
    head = {item: item for item in items}

    def find(item: str) -> str:
        while head[item] != item:
            head[item] = head[head[item]]
            item = head[item]
        return item

    for one, other in ties:
        small, large = sorted((find(one), find(other)))
        head[large] = small
    groups: dict[str, list[str]] = {}
    for item in sorted(head):
        groups.setdefault(find(item), []).append(item)
    yield from groups.values()
