"""Exceptions: the environment is broken, or the caller asked for something that cannot be.

Bad data is never an exception; it is a `Finding`. Every exception here says what happened, where, and what to do
next, and carries the same facts as attributes. None carries a password, a name, an email address or a phone number.
"""

SSH_PORT = 22
_SHOWN = 10


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


# --- settings -----------------------------------------------------------------------------------------------------


class SettingsError(GuardianSyncError):
    """A setting has a value that is not allowed.

    Attributes:
        field: The setting's name.
        allowed: What is allowed, in words.
    """

    reason = "settings"

    def __init__(self, field: str, allowed: str, got: str) -> None:
        self.field = field
        self.allowed = allowed
        super().__init__(f"{field}: {got} is not allowed; give {allowed}.")


class SyncNotEnabled(GuardianSyncError):
    """A sync was asked for whose settings are not enabled.

    Attributes:
        scope: The scope, as text.
    """

    reason = "not-enabled"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(
            f"The guardian sync of {scope} is not enabled: set enabled=True in its settings. "
            "plan() and check() work without it and change nothing."
        )


class WrongLevel(GuardianSyncError):
    """The guardian sync is set up at another level than the daily roster sync.

    Attributes:
        scope: The scope, as text.
        level: The level it was set up at: "district" or "school".
        daily_sync_level: The level to set it up at.
    """

    reason = "level"

    def __init__(self, scope: str, level: str, daily_sync_level: str) -> None:
        self.scope = scope
        self.level = level
        self.daily_sync_level = daily_sync_level
        super().__init__(
            f"The guardian sync of {scope} is set up at {level} level, but the daily sync runs at {daily_sync_level} "
            f"level: set the guardian sync up at {daily_sync_level} level."
        )


class NoRoster(GuardianSyncError):
    """The store knows no student of the scope, so every row of the file would be unknown.

    Attributes:
        scope: The scope, as text.
    """

    reason = "no-roster"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(
            f"No students of {scope} are known: run the roster sync (load_roster) before the guardian sync."
        )


class NoLocation(GuardianSyncError):
    """There is nowhere to fetch the file from.

    Attributes:
        scope: The scope, as text.
    """

    reason = "settings"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(f"The settings of {scope} name no location: give location=… there, or upload=… in the call.")


# --- fetching -----------------------------------------------------------------------------------------------------


class SourceError(GuardianSyncError):
    """The file could not be fetched.

    Attributes:
        where: Host and port, or the URL or path without credentials.
    """

    reason = "source"

    def __init__(self, where: str, message: str) -> None:
        self.where = where
        super().__init__(message)


class HostKeyMissing(SourceError):
    """No host key was given, and none is ever trusted on first use."""

    reason = "host-key"

    def __init__(self, host: str, port: int) -> None:
        port_option = "" if port == SSH_PORT else f"-p {port} "
        super().__init__(
            f"{host}:{port}",
            f"No host key is given for {host}, so nobody could tell it from an impostor. Show the server's key with "
            f"`ssh-keyscan {port_option}{host}`, confirm its fingerprint with the district, and give it as host_key=… "
            "(or known_hosts=…).",
        )


class HostKeyMismatch(SourceError):
    """The server showed another key than the one in the settings."""

    reason = "host-key"

    def __init__(self, host: str, port: int, shown: str | None = None) -> None:
        self.shown = shown
        seen = f" It showed {shown}." if shown else ""
        super().__init__(
            f"{host}:{port}",
            f"{host}:{port} did not show the host key of the settings; the login was not sent.{seen} Either the "
            "district changed its server, or somebody stands in between: ask them for the new key before you change it.",
        )


class CredentialsRefused(SourceError):
    """The server refused the login, password or key. Never retried: accounts get locked."""

    reason = "credentials"

    def __init__(self, where: str) -> None:
        super().__init__(
            where, f"{where} refused the login: check login and password (or private key). It was tried once."
        )


class ConnectionFailed(SourceError):
    """The server could not be reached, or the connection broke."""

    reason = "connection"
    may_pass = True

    def __init__(self, where: str, cause: str) -> None:
        self.cause = cause
        super().__init__(
            where,
            f"No connection to {where}: {cause}. Check host and port, and that its firewall lets this machine in.",
        )


class FetchTimeout(SourceError):
    """The server answered too slowly.

    Attributes:
        phase: What was being done: connect, list, open, read.
        timeout_s: The limit that passed, in seconds.
    """

    reason = "timeout"
    may_pass = True

    def __init__(self, where: str, phase: str, timeout_s: float) -> None:
        self.phase = phase
        self.timeout_s = timeout_s
        super().__init__(
            where,
            f"{where} did not answer within {timeout_s:g} s ({phase}). Try again later, or raise the limit in the settings.",
        )


class FileMissing(SourceError):
    """There is no guardians.csv.

    Attributes:
        listing: Up to ten names that are there instead.
    """

    reason = "file-not-found"
    may_pass = True

    def __init__(self, where: str, path: str, listing: tuple[str, ...] = ()) -> None:
        self.path = path
        self.listing = listing
        seen = f"There is: {', '.join(listing)}." if listing else "The folder is empty or does not exist."
        super().__init__(
            where,
            f"No guardians.csv at {path} on {where}. {seen} Export it under that name, or correct path in the settings.",
        )


class AccessDenied(SourceError):
    """The login works, but may not list the folder or read the file."""

    reason = "access-denied"

    def __init__(self, where: str, path: str) -> None:
        self.path = path
        super().__init__(where, f"{where} does not let this login read {path}: give it read permission there.")


class NotAFile(SourceError):
    """What is there is a folder, a symbolic link or something else that is not a regular file.

    Attributes:
        kind: What it is.
    """

    reason = "not-a-file"

    def __init__(self, where: str, path: str, kind: str) -> None:
        self.path = path
        self.kind = kind
        super().__init__(
            where,
            f"{path} on {where} is a {kind}, not a file: put guardians.csv itself there, or correct path in the settings.",
        )


class FileChanged(SourceError):
    """The file changed while it was read, or not all of it came: an upload was under way."""

    reason = "file-changed"
    may_pass = True

    def __init__(self, where: str, path: str, what: str) -> None:
        self.path = path
        super().__init__(
            where,
            f"{path} on {where} changed while it was read ({what}): it is being uploaded. Try again when the upload is done.",
        )


class FileTooLarge(SourceError):
    """The file is larger than the settings allow.

    Attributes:
        max_bytes: The limit.
    """

    reason = "too-large"

    def __init__(self, where: str, path: str, size: int, max_bytes: int) -> None:
        self.path = path
        self.size = size
        self.max_bytes = max_bytes
        super().__init__(
            where,
            f"{path} on {where} has {size:,} bytes, more than max_bytes = {max_bytes:,}: is it the right file? Raise max_bytes if so.",
        )


class UnsupportedLocation(SourceError):
    """The URL's protocol is not known, or the package that reads it is not installed."""

    reason = "settings"


# --- reading ------------------------------------------------------------------------------------------------------


class UnreadableFile(GuardianSyncError):
    """What came is not a guardians file: empty, another kind of file, or without the header row.

    Attributes:
        name: The file's name.
        found: What was found, in words.
    """

    reason = "unreadable-file"

    def __init__(self, name: str, found: str, remedy: str) -> None:
        self.name = name
        self.found = found
        super().__init__(f"{name}: {found}. {remedy}")


class HeaderNotFound(UnreadableFile):
    """The first row does not name the columns that are needed.

    Attributes:
        header: The header row that was found.
        missing: The needed columns that it does not name.
    """

    reason = "header"

    def __init__(self, name: str, header: tuple[str, ...], missing: tuple[str, ...], expected: tuple[str, ...]) -> None:
        self.header = header
        self.missing = missing
        super().__init__(
            name,
            f"the header row lacks {', '.join(missing)} (found: {', '.join(header)}; expected: {', '.join(expected)})",
            "Correct the export's header, or name its columns in settings.columns.",
        )


# --- stores -------------------------------------------------------------------------------------------------------


class StoreError(GuardianSyncError):
    """The roster store cannot do what was asked. Nothing was written."""

    reason = "store"


class StoreUnusable(StoreError):
    """The store's URL is wrong, its driver is missing, or the database is not one of ours."""


class StoreFailed(StoreError):
    """The database refused or broke in the middle; the transaction was rolled back."""

    may_pass = True


class StalePlan(StoreError):
    """The roster moved since the plan was made.

    Attributes:
        scope: The scope, as text.
        planned: The version the plan was made for.
        current: The version the store has now.
    """

    reason = "stale-plan"
    may_pass = True

    def __init__(self, scope: str, planned: int, current: int) -> None:
        self.scope = scope
        self.planned = planned
        self.current = current
        super().__init__(
            f"The roster of {scope} moved from version {planned} to {current} since this plan was made: plan again. "
            "Nothing was written."
        )


class UnknownRun(StoreError):
    """The journal has no such run.

    Attributes:
        run_id: What was asked for.
    """

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(f"No run {run_id} is in the journal of this store: runs(scope) lists those that are.")


class UndoRefused(StoreError):
    """Somebody has changed since what the run had written, so it cannot be undone whole. Nothing was undone.

    Attributes:
        run_id: The run.
        conflicts: What changed since: ids, never contact details.
    """

    reason = "undo-refused"

    def __init__(self, run_id: str, conflicts: tuple[str, ...]) -> None:
        self.run_id = run_id
        self.conflicts = conflicts
        shown = "; ".join(conflicts[:_SHOWN]) + ("; …" if len(conflicts) > _SHOWN else "")
        super().__init__(
            f"Run {run_id} cannot be undone: {len(conflicts)} of its changes were changed again since ({shown}). "
            "Undo the later runs first, or correct these by hand. Nothing was undone."
        )


class UnknownHold(StoreError):
    """The journal has no such hold.

    Attributes:
        hold_id: What was asked for.
    """

    def __init__(self, hold_id: str) -> None:
        self.hold_id = hold_id
        super().__init__(f"No hold {hold_id} is in the journal of this store: a plan's holds list those that stand.")


class UnknownId(StoreError):
    """An id that was asked for is not in the roster.

    Attributes:
        kind: What the id is of: guardian, account, student.
        id: What was asked for.
    """

    def __init__(self, scope: str, kind: str, id: str) -> None:  # noqa: A002 - the field's own word
        self.scope = scope
        self.kind = kind
        self.id = id
        super().__init__(f"The roster of {scope} has no {kind} {id}.")
