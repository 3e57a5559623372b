"""What people said of two roles: that they are one person, or never are. It comes before every rule."""

from collections.abc import Iterable

import polars as pl
from attrs import frozen

from guardiansync.engine.agreement import groups_of
from guardiansync.engine.pins import contradiction
from guardiansync.errors import ContradictoryPins
from guardiansync.model.roster import RoleRef, Roster, Verdict

_ROLE = ("scope", "kind", "sis_id")


@frozen(eq=False)
class Pins:
    """Pins, with what follows from them: whoever is the same as one is apart from whom that one is apart.

    Attributes:
        group: The smallest of the roles that a pinned role is the same as.
        apart: Pairs of such smallest roles that never are one person.
    """

    group: dict[RoleRef, RoleRef]
    apart: frozenset[tuple[RoleRef, RoleRef]]

    @classmethod
    def of(cls, before: Roster) -> "Pins":
        """The pins of a roster.

        Raises:
            ContradictoryPins: Two roles are both pinned the same, and pinned apart.
        """
        if before.pins.is_empty():
            return _NO_PINS
        if roles := contradiction(before.pins):
            raise ContradictoryPins(str(before.scope), roles)
        said = [(RoleRef(*row[:3]), RoleRef(*row[3:6]), row[6]) for row in before.pins.sort(pl.all()).iter_rows()]
        names = {str(role): role for one, other, _ in said for role in (one, other)}
        same = [(str(one), str(other)) for one, other, verdict in said if verdict == str(Verdict.SAME)]
        group = {names[name]: names[members[0]] for members in groups_of(names, same) for name in members}
        apart = set()
        for one, other, verdict in said:
            if verdict == str(Verdict.NEVER_SAME):
                apart |= {(group[one], group[other]), (group[other], group[one])}
        return cls(group, frozenset(apart))

    def are_same(self, one: RoleRef, other: RoleRef) -> bool:
        """Whether a person said that they are one."""
        return one in self.group and self.group[one] == self.group.get(other)

    def are_apart(self, one: RoleRef, other: RoleRef) -> bool:
        """Whether a person said that they never are."""
        return (self.group.get(one), self.group.get(other)) in self.apart

    def part(self, roles: Iterable[RoleRef], others: Iterable[RoleRef]) -> bool:
        """Whether any of the one is pinned apart from any of the others."""
        return bool(self.apart) and any(self.are_apart(one, other) for one in roles for other in others)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.group)

    def alike(self) -> list[list[RoleRef]]:
        """The groups of roles that are pinned as one person, two or more in each."""
        groups: dict[RoleRef, list[RoleRef]] = {}
        for role, head in sorted(self.group.items()):
            groups.setdefault(head, []).append(role)
        return [group for group in groups.values() if len(group) > 1]


_NO_PINS = Pins({}, frozenset())


def refs(roles: pl.DataFrame) -> list[RoleRef]:
    """The names of roles: of a frame that has `scope`, `kind` and `sis_id`."""
    return [RoleRef(*row) for row in roles.select(_ROLE).iter_rows()]
