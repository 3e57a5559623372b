"""What a value of the settings must be, said once for all of them."""

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from guardiansync.errors import SettingsError

if TYPE_CHECKING:
    import attrs

_ID = re.compile(r"[^\s/\x00-\x1f\x7f](?:[^/\x00-\x1f\x7f]*[^\s/\x00-\x1f\x7f])?")


def refuse(name: str, allowed: str, got: object) -> NoReturn:
    """Say that a setting has a value that it must not have, and which ones it may."""
    raise SettingsError(name, allowed, repr(got))


def is_id(_: object, attribute: "attrs.Attribute[str]", value: object) -> None:
    """An id: shown in frames and reports, so without what would break them."""
    if not (isinstance(value, str) and _ID.fullmatch(value)):
        refuse(attribute.name, "a text that is not empty, without '/', control characters or surrounding spaces", value)


def is_bool(_: object, attribute: "attrs.Attribute[bool]", value: object) -> None:
    """True or False, and no number that looks like one."""
    if not isinstance(value, bool):
        refuse(attribute.name, "True or False", value)


def is_one_of(*allowed: object) -> Callable[[object, "attrs.Attribute[Any]", object], None]:
    """Make a check for a few allowed values."""

    def check(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if value not in allowed:
            refuse(attribute.name, "one of " + ", ".join(map(repr, allowed)), value)

    return check


def is_whole(least: int, most: int | None = None) -> Callable[[object, "attrs.Attribute[int]", object], None]:
    """Make a check for whole numbers of a range."""

    def check(_: object, attribute: "attrs.Attribute[int]", value: object) -> None:
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= least
        if not fits or (most is not None and isinstance(value, int) and value > most):
            limit = f"from {least} to {most}" if most is not None else f"of at least {least}"
            refuse(attribute.name, f"a whole number {limit}", value)

    return check


def is_seconds(_: object, attribute: "attrs.Attribute[float]", value: object) -> None:
    """A limit in seconds."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf
    if not fits:
        refuse(attribute.name, "a number of seconds above 0", value)


def is_pause(_: object, attribute: "attrs.Attribute[float]", value: object) -> None:
    """A time to wait in seconds, which may be none."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf
    if not fits:
        refuse(attribute.name, "a number of seconds, 0 or more", value)


def is_share(_: object, attribute: "attrs.Attribute[float]", value: object) -> None:
    """A share of a whole."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    if not fits:
        refuse(attribute.name, "a share from 0 to 1 (0.10 is ten per cent)", value)


def is_text(_: object, attribute: "attrs.Attribute[str]", value: object) -> None:
    """A text that says something."""
    if not (isinstance(value, str) and value):
        refuse(attribute.name, "a text that is not empty", value)


def is_optional_text(_: object, attribute: "attrs.Attribute[str | None]", value: object) -> None:
    """A text that says something, or None."""
    if value is not None and not (isinstance(value, str) and value):
        # What was given is not shown: a key pasted into the wrong field would end in a log.
        raise SettingsError(attribute.name, "a text that is not empty, or None", type(value).__name__)


def is_optional_name(_: object, attribute: "attrs.Attribute[str | None]", value: object) -> None:
    """The name of a file that lies beside another, or None."""
    if value is not None and not (isinstance(value, str) and value not in {"", ".", ".."} and "/" not in value):
        refuse(attribute.name, "a file's name without a folder, or None", value)
