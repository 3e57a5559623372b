"""Where the file lies."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from attrs import field, frozen

from guardiansync.errors import SettingsError
from guardiansync.settings.checks import is_optional_text, is_seconds, is_text, is_whole
from guardiansync.settings.secret import Secret, optional_secret

FILE_NAME = "guardians.csv"


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
        fetch_timeout_s: The limit for the whole fetch, in seconds.
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


@frozen(init=False)
class FileLocation:
    """A folder or file that fsspec opens: a local path, `s3://…`, `memory://…`.

    Attributes:
        url: The folder that holds guardians.csv, or the file.
        storage_options: What fsspec's file system takes; never shown, as it may hold credentials.
    """

    url: str = field(validator=is_text, repr=lambda url: repr(_without_credentials(url)))
    storage_options: Mapping[str, Any] = field(repr=False)

    def __init__(self, url: str, **storage_options: Any) -> None:  # noqa: ANN401 - whatever the file system takes
        self.__attrs_init__(url, storage_options)

    def __str__(self) -> str:
        """Where it is, without credentials in the URL."""
        return _without_credentials(self.url)


Location: TypeAlias = SftpLocation | FileLocation
