"""The file could not be fetched."""

from guardiansync.errors.root import GuardianSyncError

SSH_PORT = 22


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
    """The server could not be reached, or the connection broke.

    Attributes:
        cause: Why, in words.
    """

    reason = "connection"
    may_pass = True

    def __init__(self, where: str, cause: str, *, may_pass: bool = True) -> None:
        self.cause = cause
        self.may_pass = may_pass
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
        # Where a location names the file itself, it says its path already.
        there = where if f"/{where}".endswith(f"/{path}") else f"{path} on {where}"
        super().__init__(
            where, f"No guardians.csv at {there}. {seen} Export it under that name, or correct path in the settings."
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
            f"{path} on {where} changed while it was fetched ({what}): it is being uploaded. Try again when the upload is done.",
        )


class FileNotDone(SourceError):
    """What the district puts beside the file when its upload is done is not there, or is older than the file.

    Attributes:
        companion: The name of what is missing.
    """

    reason = "not-done"
    may_pass = True

    def __init__(self, where: str, path: str, companion: str, problem: str) -> None:
        self.path = path
        self.companion = companion
        super().__init__(
            where,
            f"{path} on {where} is not taken yet: {companion} beside it {problem}. Try again when the upload is done, or "
            "correct done_marker and checksum in the settings.",
        )


class ChecksumMismatch(SourceError):
    """The file is another one than its checksum says: cut short, damaged, or not both of one evening."""

    reason = "checksum"
    may_pass = True

    def __init__(self, where: str, path: str, companion: str) -> None:
        self.path = path
        self.companion = companion
        super().__init__(
            where,
            f"{path} on {where} has another SHA-256 digest than {companion} beside it says. Upload both again; try again "
            "when that is done.",
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
