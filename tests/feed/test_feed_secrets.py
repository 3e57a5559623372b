"""Passwords, keys, passphrases and options of file systems show nowhere, whatever goes wrong."""

import gc
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import asyncssh
import fsspec
import pytest
from feed.taking import Impatient
from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem
from sshfs import SSHFileSystem

import guardiansync as gs
from guardiansync.feed import fetch
from guardiansync.testing.fault import Fault
from guardiansync.testing.sftp_server import SftpServer

WORD = "correct-horse-battery"
CONTENT = b"studentSisId,guardianSisId,firstName,lastName,email\n1,g1,An,Other,an@example.org\n"


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    asyncssh.set_debug_level(3)
    yield
    asyncssh.set_debug_level(1)
    assert WORD not in caplog.text


def _shown(action: Callable[[], object], kind: type[gs.GuardianSyncError] = gs.GuardianSyncError) -> str:
    """All that a failure shows to a logger that shows the variables of every frame, but for the test's own frames."""
    with pytest.raises(kind) as caught:
        action()
    error = caught.value
    texts = []
    for each in _chain(error):
        trace = each.__traceback__
        while trace is not None and "tests" in trace.tb_frame.f_code.co_filename:
            trace = trace.tb_next
        formatted = traceback.TracebackException(type(each), each, trace, capture_locals=True, compact=False)
        texts += ["".join(formatted.format(chain=False)), repr(each), str(vars(each))]
    texts.append(repr(pickle.dumps(error)))
    return "\n".join(texts)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _reach(*roots: object) -> str:
    """What file systems keep of themselves: variables, options, tokens."""
    return "\n".join(f"{root!r} {vars(root)!r}" for root in roots)


def _cached() -> str:
    kinds: list[Any] = [AbstractFileSystem]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return _reach(*(each for kind in kinds for each in getattr(kind, "_cache", {}).values()))


# --- SFTP ---------------------------------------------------------------------------------------------------------


def test_a_password_shows_in_no_failure(sftp: SftpServer) -> None:
    other_key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    (sftp.folder / "guardians.csv").write_bytes(CONTENT)
    for change in ({}, {"host_key": other_key}, {"login": "nobody"}):
        location = sftp.location(password=WORD, **change)
        assert WORD not in _shown(lambda location=location: fetch(location, max_bytes=99))  # type: ignore[misc]
        assert WORD not in f"{location!r}{location}{location.password!r}"


def test_a_right_password_shows_nowhere_while_it_is_used() -> None:
    """Nothing that lives meanwhile shows it: not the file system, its options, its token or the cache."""
    import tempfile  # noqa: PLC0415 - this test's own

    with tempfile.TemporaryDirectory() as folder, SftpServer(folder, password=WORD) as server:
        (server.folder / "guardians.csv").write_bytes(CONTENT)
        seen: list[str] = []

        def look(done: int, _total: int) -> None:
            if done:
                # Those of failed connections, which the collector has not come to yet, never got that far.
                living = [
                    each
                    for each in gc.get_objects()
                    if isinstance(each, SSHFileSystem) and "storage_options" in vars(each)
                ]
                seen.append(_reach(*living) + _cached())
                for one in living:
                    with pytest.raises(TypeError):
                        pickle.dumps(one.storage_options["password"])
                assert living

        assert fetch(server.location(), max_bytes=1 << 20, on_progress=look).data == CONTENT
        assert len(seen) == 1
        assert WORD not in seen[0]
        server.misbehave(Fault(deny_read=True))
        assert WORD not in _shown(lambda: fetch(server.location(), max_bytes=1 << 20))
        assert SSHFileSystem._cache == {}  # noqa: SLF001 - fsspec has no other name for it


def test_a_private_key_and_its_passphrase_show_in_no_failure(sftp: SftpServer) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    locked = key.export_private_key("pkcs8-pem", passphrase=WORD).decode()
    body = locked.splitlines()[1]
    spoiled = locked.replace(body, body[:-4])
    for private_key, passphrase in ((locked, WORD), (locked, f"{WORD}!"), (spoiled, WORD), (f"key {WORD}", None)):
        location = sftp.location(private_key=private_key, passphrase=passphrase)
        shown = _shown(lambda location=location: fetch(location, max_bytes=99))  # type: ignore[misc]
        shown += f"{location!r}{location}"
        assert WORD not in shown
        assert body[:-4] not in shown


@pytest.mark.parametrize("name", ["password", "private_key", "passphrase"])
def test_wrong_settings_show_no_secret(name: str) -> None:
    given: dict[str, Any] = {"host": "h", "login": "l", "password": "p", name: WORD}
    for wrong in ({"port": 0}, {"host": ""}, {"settle_s": -1}, {"known_hosts": "x", "host_key": "y"}):
        assert WORD not in _shown(lambda wrong=wrong: gs.SftpLocation(**given | wrong), gs.SettingsError)  # type: ignore[misc]
    assert WORD not in _shown(lambda: gs.SftpLocation(**given | {name: WORD.encode()}), gs.SettingsError)
    assert WORD not in _shown(lambda: gs.Secret(WORD.encode()), gs.SettingsError)  # type: ignore[arg-type]
    assert WORD not in _shown(lambda: gs.FileLocation("", secret=WORD), gs.SettingsError)


def test_settings_with_a_literal_secret_are_not_pickled(sftp: SftpServer) -> None:
    for change in ({"password": WORD}, {"private_key": WORD}, {"private_key": from_vault, "passphrase": WORD}):
        location = sftp.location(**change)
        assert WORD not in _shown(lambda location=location: pickle.dumps(location), gs.SettingsError)  # type: ignore[misc]


# --- from a vault -------------------------------------------------------------------------------------------------

_VAULT: dict[str, str] = {}
_ASKED: list[str] = []


def from_vault() -> str:
    _ASKED.append("password")
    return _VAULT["password"]


def _broken_vault() -> str:
    token = WORD
    raise ConnectionError(f"vault refuses {token}")


def test_a_vault_is_asked_when_the_secret_is_needed_and_no_earlier(sftp: SftpServer) -> None:
    (sftp.folder / "guardians.csv").write_bytes(CONTENT)
    _ASKED.clear()
    location = sftp.location(password=from_vault)
    settings = gs.SyncSettings(scope=gs.District("d-1"), location=location)
    travelled = pickle.loads(pickle.dumps(settings))  # noqa: S301 - our own
    assert repr(travelled) == repr(settings)
    assert _ASKED == []
    _VAULT["password"] = sftp.password
    assert fetch(travelled.location, max_bytes=1 << 20).data == CONTENT
    assert _ASKED == ["password"]
    assert sftp.password.encode() not in pickle.dumps(settings)


@pytest.mark.parametrize("name", ["password", "private_key", "passphrase"])
def test_a_vault_that_fails_says_so_and_shows_nothing(sftp: SftpServer, name: str) -> None:
    secrets: dict[str, Any] = {"private_key": sftp.private_key} if name == "passphrase" else {}
    location = sftp.location(**secrets | {name: _broken_vault})
    shown = _shown(lambda: fetch(location, max_bytes=99), gs.SecretUnavailable)
    assert WORD not in shown
    assert "ConnectionError" in shown


@pytest.mark.parametrize("answer", ["", None, WORD.encode()])
def test_a_vault_that_answers_no_text(answer: Any) -> None:
    assert WORD not in _shown(gs.Secret(lambda: answer).reveal, gs.SecretUnavailable)


# --- file systems -------------------------------------------------------------------------------------------------


class Guarded(LocalFileSystem):  # type: ignore[misc] # fsspec has no types
    """A file system that wants a key, and talks about it."""

    protocol = "guarded"

    def __init__(self, *args: Any, key: str = "", nested: dict[str, str] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        given = [key, *(nested or {}).values()]
        if "wrong" in given:
            raise PermissionError(f"wrong: {given}")
        self.given = given

    def info(self, path: Any, **kwargs: Any) -> Any:
        given = self.given
        if "locked" in str(path):
            raise OSError(f"{path} is locked for {given}")
        if "far" in str(path):
            raise ConnectionResetError(f"{path} is too far away for {given}")
        return super().info(path, **kwargs)


@pytest.fixture
def _guarded() -> None:
    fsspec.register_implementation("guarded", Guarded, clobber=True)


@pytest.mark.usefixtures("_guarded")
def test_options_of_a_file_system_show_nowhere(tmp_path: Any) -> None:
    (tmp_path / "guardians.csv").write_bytes(CONTENT)
    url = f"guarded://{tmp_path}"
    for options in ({"key": WORD}, {"key": gs.Secret(WORD)}, {"nested": {"key": gs.Secret(lambda: WORD)}}):
        location = gs.FileLocation(url, **options)
        assert fetch(location, max_bytes=1 << 20).data == CONTENT
        assert WORD not in f"{location!r}{location}{location.storage_options!r}"
        broken = gs.FileLocation(f"{url}/locked", **options)
        assert WORD not in _shown(lambda broken=broken: fetch(broken, max_bytes=99), gs.SourceError)  # type: ignore[misc]
        far = gs.FileLocation(f"{url}/far", **options, retries=2)
        assert WORD not in _shown(partial(fetch, far, max_bytes=99, watch=Impatient()), gs.ConnectionFailed)
        refused = gs.FileLocation(url, key="wrong", nested={"other": WORD})
        assert WORD not in _shown(lambda refused=refused: fetch(refused, max_bytes=99), gs.SourceError)  # type: ignore[misc]
    assert WORD not in _cached()
    assert Guarded._cache == {}  # noqa: SLF001 - fsspec has no other name for it


@pytest.mark.usefixtures("_guarded")
def test_chained_file_systems_are_not_kept_either(tmp_path: Any) -> None:
    (tmp_path / "guardians.csv").write_bytes(CONTENT)
    location = gs.FileLocation(f"dir::guarded://{tmp_path}", guarded={"key": WORD}, path=str(tmp_path))
    _fetch_or_fail(location)
    assert WORD not in _cached()


def _fetch_or_fail(location: gs.FileLocation) -> None:
    try:
        fetch(location, max_bytes=1 << 20)
    except gs.SourceError as error:
        assert WORD not in str(error)  # noqa: PT017 - either way will do


def test_options_travel_only_without_texts() -> None:
    for options in ({"key": WORD}, {"deep": {"key": [WORD]}}, {"key": WORD.encode()}, {"key": gs.Secret(WORD)}):
        location = gs.FileLocation("s3://bucket/drop", **options)
        assert WORD not in _shown(lambda location=location: pickle.dumps(location), gs.SettingsError)  # type: ignore[misc]
    credentials = gs.FileLocation(f"https://me:{WORD}@host/drop")
    assert WORD not in _shown(lambda: pickle.dumps(credentials), gs.SettingsError)
    travels = gs.FileLocation("s3://bucket/drop", anon=True, key=from_vault_secret(), settle_s=5, retries=2)
    again = pickle.loads(pickle.dumps(travels))  # noqa: S301 - our own
    assert (again.url, again.settle_s, again.retries) == (travels.url, 5, 2)
    assert again.storage_options["anon"] is True
    _VAULT["password"] = WORD
    assert again.storage_options.reveal() == {"anon": True, "key": WORD}


def from_vault_secret() -> gs.Secret:
    return gs.Secret(from_vault)


def test_a_url_with_credentials_shows_them_in_no_failure(tmp_path: Any) -> None:
    for url in (f"nosuch://me:{WORD}@host/drop?token={WORD}", f"file://{tmp_path}/none?token={WORD}"):
        location = gs.FileLocation(url)
        shown = _shown(lambda location=location: fetch(location, max_bytes=99), gs.SourceError)  # type: ignore[misc]
        assert WORD not in shown + repr(location) + str(location)
