"""The root of every exception that leaves this library."""


def _rebuild(cls: type["GuardianSyncError"], args: tuple[object, ...], state: dict[str, object]) -> "GuardianSyncError":
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


class GuardianSyncError(Exception):
    """The root of every exception that leaves this library.

    Attributes:
        reason: The word that a report and the journal show for it.
        may_pass: Whether the same call can succeed later with nothing changed by anybody.
    """

    reason: str = "error"
    may_pass: bool = False

    def __reduce__(self) -> tuple[object, ...]:
        """Survive a process pool: subclasses take keywords, which plain exception pickling would lose."""
        return _rebuild, (type(self), self.args, self.__dict__)
