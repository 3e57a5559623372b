"""Where the file lies."""

import re
from typing import Any, TypeAlias

from attrs import field, frozen

from guardiansync.errors import SettingsError
from guardiansync.settings.checks import is_optional_name, is_optional_text, is_pause, is_seconds, is_text, is_whole
from guardiansync.settings.secret import Secret, SecretOptions, keeps_arguments_quiet, optional_secret

FILE_NAME = "guardians.csv"


@keeps_arguments_quiet
@frozen(kw_only=True)
class SftpLocation:
    """A folder, or the file itself, on a district's SFTP server.

    Attributes:
        host: The server's name or address.
        login: Whom to log in as.
        password: The password; or None to log in by `private_key`.
        private_key: An OpenSSH or PEM private key as text (not a path).
        passphrase: What `private_key` is locked with, if it is.
        path: The folder that holds guardians.csv, or the file.
        port: The server's port.
        host_key: The server's public key (`ssh-ed25519 AAAA…`) or its fingerprint (`SHA256:…`).
        known_hosts: Instead of `host_key`, lines as in a known_hosts file (the text, not a path).
        connect_timeout_s: The limit for connecting and logging in, in seconds.
        read_timeout_s: The limit for each answer of the server, in seconds.
        fetch_timeout_s: The limit for the whole fetch, waiting and further tries included, in seconds.
        retries: How often a connection that broke or did not come about is tried again.
        settle_s: How long the file must have been left alone before it is taken, in seconds; a younger one is watched
            until then. 0 takes it at once.
        done_marker: A file beside it that the district puts there when the upload is done (`guardians.csv.done`); a
            file that changed after its marker is not taken.
        checksum: A file beside it with its SHA-256 digest, as `sha256sum` writes it (`guardians.csv.sha256`).
        archive: A folder on the same server that the file is moved to once a sync has applied it.
    """

    host: str = field(validator=is_text)
    login: str = field(validator=is_text)
    password: Secret | None = field(default=None, converter=optional_secret, repr=False)
    private_key: Secret | None = field(default=None, converter=optional_secret, repr=False)
    passphrase: Secret | None = field(default=None, converter=optional_secret, repr=False)
    path: str = field(default="/", validator=is_text)
    port: int = field(default=22, validator=is_whole(1, 65535))
    host_key: str | None = field(default=None, validator=is_optional_text)
    known_hosts: str | None = field(default=None, validator=is_optional_text)
    connect_timeout_s: float = field(default=30.0, validator=is_seconds)
    read_timeout_s: float = field(default=30.0, validator=is_seconds)
    fetch_timeout_s: float = field(default=600.0, validator=is_seconds)
    retries: int = field(default=5, validator=is_whole(0, 20))
    settle_s: float = field(default=60.0, validator=is_pause)
    done_marker: str | None = field(default=None, validator=is_optional_name)
    checksum: str | None = field(default=None, validator=is_optional_name)
    archive: str | None = field(default=None, validator=is_optional_text)

    def __attrs_post_init__(self) -> None:
        """Exactly one way to log in and at most one way to know the server."""
        if (self.password is None) == (self.private_key is None):
            raise SettingsError("password", "either password or private_key", "both or neither")
        if self.host_key is not None and self.known_hosts is not None:
            raise SettingsError("host_key", "either host_key or known_hosts", "both")

    def __str__(self) -> str:
        """Where it is, without the login."""
        return f"sftp://{self.host}:{self.port}{'' if self.path.startswith('/') else '/'}{self.path}"


def _without_credentials(url: str) -> str:
    return re.sub(r"//[^/]*@", "//", url).partition("?")[0]


@keeps_arguments_quiet
@frozen(init=False)
class FileLocation:
    """A folder or file that fsspec opens: a local path, `s3://…`, `memory://…`.

    Attributes:
        url: The folder that holds guardians.csv, or the file.
        storage_options: What fsspec's file system takes; never shown, as it may hold credentials. Any value may be a
            `Secret`; only such a secret, made from a function, can be pickled with it.
        settle_s: As for `SftpLocation`, but 0 unless given: buckets show only whole files. Give 60 for a folder that
            uploads are written to.
        done_marker: As for `SftpLocation`.
        checksum: As for `SftpLocation`.
        retries: As for `SftpLocation`; what the file system itself tries again comes before.
    """

    url: str = field(validator=is_text, repr=lambda url: repr(_without_credentials(url)))
    storage_options: SecretOptions = field(repr=False)
    settle_s: float = field(default=0.0, validator=is_pause)
    done_marker: str | None = field(default=None, validator=is_optional_name)
    checksum: str | None = field(default=None, validator=is_optional_name)
    retries: int = field(default=5, validator=is_whole(0, 20))

    def __init__(
        self,
        url: str,
        *,
        settle_s: float = 0.0,
        done_marker: str | None = None,
        checksum: str | None = None,
        retries: int = 5,
        **storage_options: Any,  # noqa: ANN401 - whatever the file system takes
    ) -> None:
        self.__attrs_init__(url, SecretOptions(storage_options), settle_s, done_marker, checksum, retries)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel without credentials, or not at all."""
        if _without_credentials(self.url) != self.url:
            raise SettingsError(
                "url", "a URL without credentials, where settings are pickled", "one that may have some"
            )
        kept = (self.storage_options, self.settle_s, self.done_marker, self.checksum, self.retries)
        return _unpickled, (self.url, *kept)

    def __str__(self) -> str:
        """Where it is, without credentials in the URL."""
        return _without_credentials(self.url)


def _unpickled(
    url: str, options: SecretOptions, settle_s: float, done_marker: str | None, checksum: str | None, retries: int
) -> FileLocation:
    return FileLocation(url, settle_s=settle_s, done_marker=done_marker, checksum=checksum, retries=retries, **options)


Location: TypeAlias = SftpLocation | FileLocation
