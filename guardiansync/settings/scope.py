"""Whose roster it is: a district, or one school of it."""

from typing import Literal, TypeAlias

from attrs import field, frozen

from guardiansync.settings.checks import is_id

Level: TypeAlias = Literal["district", "school"]


@frozen
class District:
    """A whole district: the roster of all its schools.

    Attributes:
        id: The district's id, as the daily roster sync knows it.
    """

    id: str = field(validator=is_id)

    @property
    def district(self) -> str:
        """The district's id, as `School.district`."""
        return self.id

    @property
    def level(self) -> Level:
        """Where a sync of this scope is set up: "district"."""
        return "district"

    def __str__(self) -> str:
        """The scope as the frames show it: `d-42`."""
        return self.id


@frozen
class School:
    """One school of a district that syncs school by school.

    Attributes:
        id: The school's id.
        district: The id of the district it belongs to; accounts are shared within it.
    """

    id: str = field(validator=is_id)
    district: str = field(validator=is_id)

    @property
    def level(self) -> Level:
        """Where a sync of this scope is set up: "school"."""
        return "school"

    def __str__(self) -> str:
        """The scope as the frames show it: `d-42/s-1`."""
        return f"{self.district}/{self.id}"


Scope: TypeAlias = District | School
"""Whose roster it is; every store call names one."""


def parse_scope(text: str) -> Scope:
    """Read a scope as the frames show it.

    Args:
        text: `d-42` for a district, `d-42/s-1` for a school.

    Raises:
        SettingsError: The text is neither.
    """
    district, slash, school = text.partition("/")
    return School(school, district) if slash else District(district)
