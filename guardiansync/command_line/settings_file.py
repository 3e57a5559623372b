"""Settings from a TOML file and from options; options win. Secrets come from neither."""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from attrs import fields_dict, frozen

from guardiansync.errors import SettingsError
from guardiansync.settings import (
    District,
    FileLocation,
    Location,
    School,
    Scope,
    SftpLocation,
    SyncSettings,
    parse_scope,
)

PASSWORD_VARIABLE: Final = "GUARDIANSYNC_PASSWORD"  # noqa: S105 - where it is, not what it is
PASSPHRASE_VARIABLE: Final = "GUARDIANSYNC_PASSPHRASE"  # noqa: S105 - the same
DEFAULT_STORE: Final = "sqlite:///roster.db"

_KEEP_DAYS: Final = "keep_days"
_MOST_DAYS: Final = 36_500
_SECRETS: Final = ("password", "passphrase", "private_key")
_SCOPE: Final = ("scope", "district", "school")
_FILES: Final = ("known_hosts_file", "private_key_file")
_RULES: Final = tuple(name for name in fields_dict(SyncSettings) if name not in {"scope", "location"})
_SFTP: Final = (*(name for name in fields_dict(SftpLocation) if name not in _SECRETS), *_FILES)
_PASSWORD_IN_URL: Final = re.compile(r"//[^/@]*:[^/@]*@")

AskPassword = Callable[[str], str | None]
"""Asks a person for the password of a login; None where nobody can be asked."""


@frozen
class Setup:
    """What the command line was told.

    Attributes:
        settings: How the sync works.
        store_url: Where the roster is.
    """

    settings: SyncSettings
    store_url: str


def read_setup(
    path: Path | None, options: Mapping[str, Any], *, fetches: bool = False, ask: AskPassword | None = None
) -> Setup:
    """Put a settings file and options together.

    Args:
        path: The TOML file, if there is one: the names of `SyncSettings`, `district` and `school` (or `scope`),
            `store`, `keep_days` (for `purge`), and a table `[location]` with the names of `SftpLocation`, or `url` for `FileLocation`.
        options: The same under the same names, those of a location without the table; None is "not given".
        fetches: Whether a file is fetched from the location, so that a password is needed.
        ask: Asks for the password where the environment does not hold it.

    Raises:
        SettingsError: A value or name is not allowed, a secret stands in the file, or the password is missing.
    """
    written = _read(path) if path else {}
    given = {name: value for name, value in options.items() if value is not None}
    table = written.pop("location", {})
    if not isinstance(table, dict):
        raise SettingsError("location", "a table: [location] on a line of its own, its keys below", repr(table))
    _refuse_unknown(written, (*_RULES, *_SCOPE, "store", _KEEP_DAYS, "location"))
    rules = {name: value for name, value in (written | given).items() if name in _RULES}
    return Setup(
        settings=SyncSettings(
            scope=_scope(written, given),
            location=_location(table, given, ask) if fetches else None,
            # Who names everything on the command line has said that the sync may run.
            **({"enabled": True} if path is None else {}) | rules,
        ),
        store_url=read_store_url(written, given),
    )


def read_store_url(written: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """Where the roster is: the option, else the file, else roster.db in this folder."""
    url = given.get("store") or written.get("store", DEFAULT_STORE)
    if not isinstance(url, str):
        raise SettingsError("store", f"a text such as {DEFAULT_STORE!r}", repr(url))
    return url


def store_url_of(path: Path | None, store: str | None) -> str:
    """Where the roster is, for a command that needs nothing else.

    Args:
        path: The settings file, if there is one.
        store: The option, if it was given.
    """
    return read_store_url(_read(path) if path else {}, {"store": store})


def keep_days_of(path: Path | None, given: int | None) -> int:
    """How long the journal keeps the details of runs: the option, else the file; there is no default.

    Args:
        path: The settings file, if there is one.
        given: The option, if it was given.
    """
    days = given if given is not None or path is None else _read(path).get(_KEEP_DAYS)
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= _MOST_DAYS:
        got = "nothing" if days is None else repr(days)
        raise SettingsError(_KEEP_DAYS, "a number of days, with --keep-days or in a settings file (--settings)", got)
    return days


def _read(path: Path) -> dict[str, Any]:
    try:
        written = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("settings", "a TOML file in UTF-8", f"{path} ({error})") from error
    except OSError as error:
        raise SettingsError("settings", "a TOML file that can be read", f"{path} ({error.strerror})") from error
    table = written.get("location", {})
    for secret in _SECRETS:
        if secret in written or (isinstance(table, dict) and secret in table):
            remedy = {
                "password": f"it in the environment variable {PASSWORD_VARIABLE}, or wait to be asked",
                "passphrase": f"it in the environment variable {PASSPHRASE_VARIABLE}",
                "private_key": "private_key_file, the path of the key",
            }[secret]
            raise SettingsError(secret, remedy, f"a {secret.replace('_', ' ')} in a settings file")
    return written


def _refuse_unknown(written: Mapping[str, Any], allowed: tuple[str, ...], table: str = "") -> None:
    for name in written:
        if name not in allowed:
            raise SettingsError(f"{table}{name}", f"one of {', '.join(allowed)}", "this name")


def _scope(written: Mapping[str, Any], given: Mapping[str, Any]) -> Scope:
    if "scope" in written and ("district" in written or "school" in written):
        raise SettingsError("scope", "either scope, or district and school", "both")
    known: dict[str, Any] = {}
    if isinstance(written.get("scope"), str):
        scope = parse_scope(written["scope"])
        known = {"district": scope.district} | ({"school": scope.id} if isinstance(scope, School) else {})
    elif "scope" in written:
        raise SettingsError("scope", "a text such as 'd-42' or 'd-42/s-1'", repr(written["scope"]))
    known |= {name: written[name] for name in ("district", "school") if name in written}
    if "district" in given:
        known.pop("school", None)
    known |= {name: given[name] for name in ("district", "school") if name in given}
    if "district" not in known:
        raise SettingsError(
            "district", "the district's id, with --district or in a settings file (--settings)", "nothing"
        )
    return School(known["school"], known["district"]) if "school" in known else District(known["district"])


def _location(table: Mapping[str, Any], given: Mapping[str, Any], ask: AskPassword | None) -> Location | None:
    options = {name: given[name] for name in _SFTP if name in given}
    if "file" in given and options:
        raise SettingsError("file", "either a file or a server", f"--file beside {', '.join(sorted(options))}")
    if "file" in given:
        return _file(given["file"], {})
    if "url" in table and not options:
        return _file(table["url"], {name: value for name, value in table.items() if name != "url"})
    known = ({} if "url" in table else dict(table)) | options
    _refuse_unknown(known, _SFTP, "location.")
    if not known:
        return None
    for name in ("host", "login"):
        if name not in known:
            raise SettingsError(name, f"it with --{name} or in [location] of a settings file", "nothing")
    texts: dict[str, Any] = {
        name.removesuffix("_file"): _text_of(name, known.pop(name)) for name in _FILES if known.get(name) is not None
    }
    return SftpLocation(**known, **texts, **_secrets(str(known["login"]), known["host"], texts, ask))


def _secrets(login: str, host: object, texts: Mapping[str, str], ask: AskPassword | None) -> dict[str, Any]:
    if "private_key" in texts:
        passphrase = os.environ.get(PASSPHRASE_VARIABLE)
        return {"passphrase": passphrase} if passphrase else {}
    password = os.environ.get(PASSWORD_VARIABLE) or (ask(f"Password of {login} on {host}") if ask else None)
    if not password:
        raise SettingsError(
            "password", f"it in the environment variable {PASSWORD_VARIABLE}, or --private-key", "no password"
        )
    return {"password": password}


def _file(url: object, storage_options: Mapping[str, Any]) -> FileLocation:
    if not isinstance(url, str):
        raise SettingsError("location.url", "a path or URL", repr(url))
    if _PASSWORD_IN_URL.search(url):
        raise SettingsError("file", f"host and login, and the password in {PASSWORD_VARIABLE}", "a password in a URL")
    return FileLocation(url, **storage_options)


def _text_of(name: str, path: object) -> str:
    try:
        return Path(str(path)).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(name, "a text file that can be read", f"{path}") from error
