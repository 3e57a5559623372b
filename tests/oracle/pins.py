"""What people said of roles: they are one person, or never are."""

from collections.abc import Iterable

from oracle.people import Ref


class Contradiction(Exception):
    """People said both of the same roles."""


class Pins:
    """The pins of a district.

    Args:
        pins: Two roles and a verdict, each.

    Raises:
        Contradiction: Roles that are one person, one through the other, are never one.
    """

    def __init__(self, pins: Iterable[tuple[Ref, Ref, str]]) -> None:
        pins = list(pins)
        self._groups: dict[Ref, set[Ref]] = {}
        for one, other, verdict in pins:
            if verdict == "same":
                together = self.group(one) | self.group(other)
                for ref in together:
                    self._groups[ref] = together
        self._never = [(one, other) for one, other, verdict in pins if verdict == "never_same"]
        if any(other in self.group(one) for one, other in self._never):
            raise Contradiction

    def group(self, ref: Ref) -> set[Ref]:
        """All roles of the same person, this one included."""
        return self._groups.get(ref, {ref})

    def same(self, one: Ref, other: Ref) -> bool:
        """Whether two roles are one person's."""
        return other in self.group(one)

    def never(self, one: Ref, other: Ref) -> bool:
        """Whether two roles never are one person's, themselves or through others."""
        return any(
            (a in self.group(one) and b in self.group(other)) or (b in self.group(one) and a in self.group(other))
            for a, b in self._never
        )

    def groups(self) -> list[list[Ref]]:
        """The groups of more than one, in order."""
        return sorted({tuple(sorted(group)): sorted(group) for group in self._groups.values()}.values())
