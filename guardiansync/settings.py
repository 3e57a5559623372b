"""What a sync is told: whose roster it is, where the file lies, and how careful to be."""

import codecs
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, NoReturn, Self, TypeAlias

import attrs
from attrs import field, frozen

from guardiansync.errors import SettingsError

Level: TypeAlias = Literal["district", "school"]
ContactColumn: TypeAlias = Literal["sms", "phone"]

FILE_NAME = "guardians.csv"
FILE_COLUMNS = (
    "studentSisId", "guardianSisId", "firstName", "lastName", "email", "sms", "phone", "language",
)  # fmt: skip
"""The columns of guardians.csv, in the order districts know them."""

_ID = re.compile(r"[^\s/\x00-\x1f\x7f](?:[^/\x00-\x1f\x7f]*[^\s/\x00-\x1f\x7f])?")


def _refuse(name: str, allowed: str, got: object) -> NoReturn:
    raise SettingsError(name, allowed, repr(got))


def _is_id(_: object, attribute: "attrs.Attribute[str]", value: object) -> None:
    if not (isinstance(value, str) and _ID.fullmatch(value)):
        _refuse(
            attribute.name, "a text that is not empty, without '/', control characters or surrounding spaces", value
        )


def _is_bool(_: object, attribute: "attrs.Attribute[bool]", value: object) -> None:
    if not isinstance(value, bool):
        _refuse(attribute.name, "True or False", value)


def _is_one_of(*allowed: object) -> Callable[[object, "attrs.Attribute[Any]", object], None]:
    def check(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if value not in allowed:
            _refuse(attribute.name, "one of " + ", ".join(map(repr, allowed)), value)

    return check


def _is_whole(least: int, most: int | None = None) -> Callable[[object, "attrs.Attribute[int]", object], None]:
    def check(_: object, attribute: "attrs.Attribute[int]", value: object) -> None:
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= least
        if not fits or (most is not None and isinstance(value, int) and value > most):
            limit = f"from {least} to {most}" if most is not None else f"of at least {least}"
            _refuse(attribute.name, f"a whole number {limit}", value)

    return check


def _is_seconds(_: object, attribute: "attrs.Attribute[float]", value: object) -> None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf
    if not fits:
        _refuse(attribute.name, "a number of seconds above 0", value)


def _is_share(_: object, attribute: "attrs.Attribute[float]", value: object) -> None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    if not fits:
        _refuse(attribute.name, "a share from 0 to 1 (0.10 is ten per cent)", value)


def _is_text(_: object, attribute: "attrs.Attribute[str]", value: object) -> None:
    if not (isinstance(value, str) and value):
        _refuse(attribute.name, "a text that is not empty", value)


def _is_optional_text(_: object, attribute: "attrs.Attribute[str | None]", value: object) -> None:
    if value is not None and not (isinstance(value, str) and value):
        # What was given is not shown: a key pasted into the wrong field would end in a log.
        raise SettingsError(attribute.name, "a text that is not empty, or None", type(value).__name__)


@frozen
class District:
    """A whole district: the roster of all its schools.

    Attributes:
        id: The district's id, as the daily roster sync knows it.
    """

    id: str = field(validator=_is_id)

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

    id: str = field(validator=_is_id)
    district: str = field(validator=_is_id)

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


def _optional_secret(value: "str | Callable[[], str] | Secret | None") -> Secret | None:
    return None if value is None else Secret(value)


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

    host: str = field(validator=_is_text)
    login: str = field(validator=_is_text)
    password: Secret | None = field(default=None, converter=_optional_secret, repr=False)
    private_key: Secret | None = field(default=None, converter=_optional_secret, repr=False)
    passphrase: Secret | None = field(default=None, converter=_optional_secret, repr=False)
    path: str = field(default="/", validator=_is_text)
    port: int = field(default=22, validator=_is_whole(1, 65535))
    host_key: str | None = field(default=None, validator=_is_optional_text)
    known_hosts: str | None = field(default=None, validator=_is_optional_text)
    connect_timeout_s: float = field(default=30.0, validator=_is_seconds)
    read_timeout_s: float = field(default=30.0, validator=_is_seconds)
    fetch_timeout_s: float = field(default=600.0, validator=_is_seconds)

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

    url: str = field(validator=_is_text, repr=lambda url: repr(_without_credentials(url)))
    storage_options: Mapping[str, Any] = field(repr=False)

    def __init__(self, url: str, **storage_options: Any) -> None:  # noqa: ANN401 - whatever the file system takes
        self.__attrs_init__(url, storage_options)

    def __str__(self) -> str:
        """Where it is, without credentials in the URL."""
        return _without_credentials(self.url)


Location: TypeAlias = SftpLocation | FileLocation


def _is_scope(_: object, attribute: "attrs.Attribute[Scope]", value: object) -> None:
    if not isinstance(value, District | School):
        _refuse(attribute.name, "a District or a School", value)


def _is_location(_: object, attribute: "attrs.Attribute[Location | None]", value: object) -> None:
    if value is not None and not isinstance(value, SftpLocation | FileLocation):
        raise SettingsError(attribute.name, "an SftpLocation, a FileLocation or None", type(value).__name__)


def _is_column_map(_: object, attribute: "attrs.Attribute[Mapping[str, str]]", value: object) -> None:
    if not (
        isinstance(value, Mapping)
        and all(isinstance(theirs, str) and ours in FILE_COLUMNS for theirs, ours in value.items())
    ):
        _refuse(attribute.name, f"a mapping from the export's column names to any of {', '.join(FILE_COLUMNS)}", value)


def _is_region(_: object, attribute: "attrs.Attribute[str]", value: object) -> None:
    if not (isinstance(value, str) and re.fullmatch(r"[A-Z]{2}", value)):
        _refuse(attribute.name, "a country as two capital letters, such as 'US' or 'CA'", value)


def _is_encoding(_: object, attribute: "attrs.Attribute[str | None]", value: object) -> None:
    if value is None:
        return
    try:
        codecs.lookup(value if isinstance(value, str) else "")
    except LookupError:
        _refuse(attribute.name, "an encoding that Python knows, such as 'utf-8' or 'cp1252', or None", value)


@frozen(kw_only=True)
class SyncSettings:
    """How the guardian sync of one scope works.

    Attributes:
        scope: Whose roster it is.
        location: Where the file lies; not needed for uploads.
        enabled: Whether `sync` and `run_daily` may change the roster. `plan` and `check` work without.
        daily_sync_level: The level the district's roster sync runs at; a guardian sync at another level is refused.
        deletion_threshold: The share of managed roles or ties that one sync may remove (rule R6), from 0 to 1.
        removal_floor: How many may be removed whatever the share says (rule R6).
        update_active_accounts: Whether the file changes contact details of accounts that their owners have claimed (U2).
        update_language: Whether the file changes a language that is already stored (U8).
        confirm_staff_links: Whether a guardian role on a staff member's account waits for a person's release.
        region: The country whose phone numbers are written without a country code.
        phone_column: Which column is the mobile that people log in with: "sms" or "phone".
        columns: The export's own column names, mapped to those of guardians.csv.
        encoding: The file's encoding where the district knows it; None to find out.
        max_guardians_per_student: More than this for one student are held (A1). OneRoster allows six.
        max_students_per_guardian: More than this for one account are held (A1).
        max_names_per_contact: A contact beside more names than this is no evidence (A5).
        max_bytes: The largest file that is read.
    """

    scope: Scope = field(validator=_is_scope)
    location: Location | None = field(default=None, validator=_is_location)
    enabled: bool = field(default=False, validator=_is_bool)
    daily_sync_level: Level | None = field(default=None, validator=_is_one_of(None, "district", "school"))
    deletion_threshold: float = field(default=0.10, validator=_is_share)
    removal_floor: int = field(default=1, validator=_is_whole(0))
    update_active_accounts: bool = field(default=False, validator=_is_bool)
    update_language: bool = field(default=False, validator=_is_bool)
    confirm_staff_links: bool = field(default=False, validator=_is_bool)
    region: str = field(default="US", validator=_is_region)
    phone_column: ContactColumn = field(default="sms", validator=_is_one_of("sms", "phone"))
    columns: Mapping[str, str] = field(factory=dict, validator=_is_column_map)
    encoding: str | None = field(default=None, validator=_is_encoding)
    max_guardians_per_student: int = field(default=6, validator=_is_whole(1))
    max_students_per_guardian: int = field(default=12, validator=_is_whole(1))
    max_names_per_contact: int = field(default=4, validator=_is_whole(1))
    max_bytes: int = field(default=2 << 30, validator=_is_whole(1))
