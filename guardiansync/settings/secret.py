"""A password or key that never shows."""

from collections.abc import Callable
from typing import Self

from guardiansync.errors import SettingsError


class Secret:
    """A password or key that never shows: not in repr, logs, exceptions or pickles.

    Args:
        value: The secret itself, or a function without arguments that fetches it (from a vault, say) when it is
            needed. Only a secret made from a function can be pickled, and then it is the function that travels.
    """

    __slots__ = ("_value",)

    def __init__(self, value: "str | Callable[[], str] | Secret") -> None:
        if isinstance(value, Secret):
            value = value._value  # noqa: SLF001 - another of our own
        if value == "" or not (isinstance(value, str) or callable(value)):
            raise SettingsError(
                "secret", "a text that is not empty, or a function that returns one", type(value).__name__
            )
        self._value: str | Callable[[], str] = value

    def reveal(self) -> str:
        """The secret itself, for the one call that needs it."""
        return self._value() if callable(self._value) else self._value

    def __repr__(self) -> str:
        """Stars, whatever it holds."""
        return "Secret('***')"

    def __reduce__(self) -> tuple[type[Self], tuple[Callable[[], str]]]:
        """Send the function along, never the secret."""
        if not callable(self._value):
            raise SettingsError("secret", "a function that fetches it, where settings are pickled", "a literal secret")
        return type(self), (self._value,)


def optional_secret(value: "str | Callable[[], str] | Secret | None") -> Secret | None:
    """Wrap what may be a secret already, or None."""
    return None if value is None else Secret(value)
