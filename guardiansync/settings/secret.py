"""A password or key that never shows."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, NoReturn, Self, TypeVar

from guardiansync.errors import SecretUnavailable, SettingsError

_T = TypeVar("_T")


def keeps_arguments_quiet(cls: type[_T]) -> type[_T]:
    """Raise what a class's `__init__` refuses from a frame without its arguments, which tracebacks would show."""
    # attrs and plain classes alike put their arguments into local variables.
    init: Callable[..., None] = cls.__init__

    @wraps(init)
    def quiet(self: object, *args: object, **kwargs: object) -> None:
        try:
            init(self, *args, **kwargs)
        except SettingsError as error:
            refused = error.with_traceback(None)
        else:
            return
        del args, kwargs, self
        raise refused

    cls.__init__ = quiet  # type: ignore[method-assign] # the same signature, as wraps says
    return cls


@keeps_arguments_quiet
class Secret:
    """A password or key that never shows: not in repr, logs, exceptions, tracebacks or pickles.

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
        """The secret itself, for the one call that needs it.

        Raises:
            SecretUnavailable: The function failed, or returned no text.
        """
        value = self._value
        if isinstance(value, str):
            return value
        fetched: object = None
        ask: Callable[[], object] = value  # whatever it promises
        try:
            fetched = ask()
        except Exception as error:  # noqa: BLE001 - somebody else's function
            problem = type(error).__name__
        else:
            if isinstance(fetched, str) and fetched:
                return fetched
            problem = f"it returned {'an empty text' if isinstance(fetched, str) else type(fetched).__name__}"
        # Not raised from the error: what a vault's client says, and its variables, may hold secrets.
        del fetched
        raise SecretUnavailable(problem)

    def __repr__(self) -> str:
        """Stars, whatever it holds."""
        return "Secret('***')"

    def __reduce__(self) -> tuple[type[Self], tuple[Callable[[], str]]]:
        """Send the function along, never the secret."""
        if not callable(self._value):
            _refuse_to_travel("a literal secret")
        return type(self), (self._value,)


def _refuse_to_travel(what: str) -> NoReturn:
    raise SettingsError("secret", "a function that fetches it, where settings are pickled", what)


def optional_secret(value: "str | Callable[[], str] | Secret | None") -> Secret | None:
    """Wrap what may be a secret already, or None."""
    return None if value is None else Secret(value)


class SecretOptions(Mapping[str, Any]):
    """Options of a file system, any of which may be a secret.

    They never show. They are pickled only where every text among them is a `Secret` made from a function: nobody can
    tell a key from the name of a region.

    Args:
        options: Names and values; a value may be a `Secret`, also within lists and mappings.
    """

    __slots__ = ("_options",)

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = dict(options)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - whatever the file system takes
        """One option as it was given, a `Secret` still closed."""
        return self._options[name]

    def __iter__(self) -> Any:  # noqa: ANN401 - an iterator of names
        """Their names."""
        return iter(self._options)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._options)

    def __repr__(self) -> str:
        """The names alone."""
        return f"SecretOptions({', '.join(self._options)})"

    def reveal(self) -> dict[str, Any]:
        """The options with their secrets open, for the one call that needs them.

        Raises:
            SecretUnavailable: A secret's function failed.
        """
        return {name: _revealed(value) for name, value in self._options.items()}

    def __reduce__(self) -> tuple[type[Self], tuple[dict[str, Any]]]:
        """Send them along where no text is among them."""
        if any(map(_has_text, self._options.values())):
            _refuse_to_travel("a text among the options of a FileLocation")
        return type(self), (self._options,)


def _revealed(value: Any) -> Any:  # noqa: ANN401 - whatever the file system takes
    match value:
        case Secret():
            return value.reveal()
        case Mapping():
            return {name: _revealed(part) for name, part in value.items()}
        case list() | tuple():
            return type(value)(_revealed(part) for part in value)
        case _:
            return value


def _has_text(value: object) -> bool:
    match value:
        case str() | bytes():
            return True
        case Mapping():
            return any(map(_has_text, value.values()))
        case list() | tuple():
            return any(map(_has_text, value))
        case _:
            return False
