"""Who the server is, and who we are."""

import logging
import pickle
import traceback
from collections.abc import Callable
from pathlib import Path

import asyncssh
import pytest
from feed.taking import CONTENT, fingerprint, other_key, put, take

from guardiansync.errors import (
    CredentialsRefused,
    HostKeyMismatch,
    HostKeyMissing,
    SettingsError,
    SourceError,
)
from guardiansync.settings import SftpLocation
from guardiansync.testing.fault import Fault
from guardiansync.testing.sftp_server import SftpServer

pytestmark = pytest.mark.usefixtures("leaves_nothing_behind")


# --- who the server is --------------------------------------------------------------------------------------------


def test_no_host_key_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(HostKeyMissing, match=r"ssh-keyscan -p 2222 sftp\.example"):
        take(SftpLocation(host="sftp.example", port=2222, login="x", password="pw"))


@pytest.mark.parametrize(
    "spell",
    [
        lambda server: server.host_key,
        lambda server: f"{server.host_key} root@sftp",
        lambda server: f"  {server.host_key}\n",
        lambda server: f"sftp.example {server.host_key}",
        fingerprint,
        lambda server: f"256 {fingerprint(server)} root@sftp (ED25519)",
    ],
)
def test_host_key_spellings(sftp: SftpServer, spell: Callable[[SftpServer], str]) -> None:
    put(sftp)
    assert take(sftp.location(host_key=spell(sftp))).data == CONTENT


def test_known_hosts_text(sftp: SftpServer) -> None:
    put(sftp)
    lines = f"# ours\nelsewhere.example ssh-ed25519 {other_key('ssh-ed25519').split()[1]}\n"
    known = f"{lines}[127.0.0.1]:{sftp.port} {sftp.host_key}\n"
    assert take(sftp.location(known_hosts=known)).data == CONTENT
    with pytest.raises(HostKeyMismatch):
        take(sftp.location(known_hosts=lines))


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"])
@pytest.mark.parametrize("as_fingerprint", [True, False])
def test_another_host_key_ends_it(sftp: SftpServer, kind: str, as_fingerprint: bool) -> None:  # noqa: FBT001 - a case
    put(sftp)
    key = other_key(kind)
    wanted = asyncssh.import_public_key(key).get_fingerprint() if as_fingerprint else key
    with pytest.raises(HostKeyMismatch) as caught:
        take(sftp.location(host_key=wanted))
    assert caught.value.shown == fingerprint(sftp)


@pytest.mark.parametrize(
    "text",
    ["nonsense", "ssh-ed25519", "ssh-ed25519 AAAAnotakey", "SHA256:short", "MD5:aa:bb", "ssh-rsa AAAAB3NzaC1yc2E="],
)
def test_unreadable_host_key(sftp: SftpServer, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        take(sftp.location(host_key=text))
    assert caught.value.field == "host_key"


def test_unreadable_known_hosts(sftp: SftpServer) -> None:
    with pytest.raises(SettingsError) as caught:
        take(sftp.location(known_hosts="one-word"))
    assert caught.value.field == "known_hosts"


# --- who we are ---------------------------------------------------------------------------------------------------


def test_private_key_logs_in(sftp: SftpServer) -> None:
    put(sftp)
    assert take(sftp.location(private_key=sftp.private_key)).data == CONTENT


def test_private_key_with_passphrase(sftp: SftpServer) -> None:
    put(sftp)
    key = asyncssh.import_private_key(sftp.private_key)
    locked = key.export_private_key("pkcs8-pem", passphrase="open sesame").decode()
    assert take(sftp.location(private_key=locked, passphrase="open sesame")).data == CONTENT
    for wrong in ({}, {"passphrase": "wrong"}):
        with pytest.raises(SettingsError) as caught:
            take(sftp.location(private_key=locked, **wrong))
        assert caught.value.field == "private_key"


def test_unreadable_private_key(sftp: SftpServer) -> None:
    with pytest.raises(SettingsError) as caught:
        take(sftp.location(private_key="/home/somebody/.ssh/id_ed25519"))
    assert caught.value.field == "private_key"


def test_another_private_key_is_refused(sftp: SftpServer) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    with pytest.raises(CredentialsRefused):
        take(sftp.location(private_key=key))


def test_wrong_password_and_wrong_login_are_refused(sftp: SftpServer) -> None:
    for change in ({"password": "wrong"}, {"login": "nobody-here"}):
        with pytest.raises(CredentialsRefused):
            take(sftp.location(**change))


def test_the_users_own_ssh_files_are_not_read(
    sftp: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".ssh"
    folder.mkdir(mode=0o700)
    (folder / "config").write_text("Host *\n  ProxyCommand false\n")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{sftp.port} {sftp.host_key}\n")
    (folder / "id_ed25519").write_text(sftp.private_key)
    (folder / "id_ed25519").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    put(sftp)
    assert take(sftp.location()).data == CONTENT
    with pytest.raises(CredentialsRefused):
        take(sftp.location(password="wrong"))
    with pytest.raises(HostKeyMismatch):
        take(sftp.location(known_hosts="# nothing\n"))


def test_password_shows_nowhere(sftp: SftpServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncssh.set_debug_level(3)
    password = "correct-horse-battery"
    for fault in (Fault(), Fault(deny_list=True)):
        sftp.misbehave(fault)
        for change in ({"password": password}, {"password": password, "host_key": other_key("ssh-ed25519")}):
            with pytest.raises(SourceError) as caught:
                take(sftp.location(**change))
            chain: BaseException | None = caught.value
            while chain is not None:
                assert password not in f"{chain!s}{chain!r}{vars(chain)}"
                chain = chain.__cause__ or chain.__context__
            caught.value.__traceback__ = caught.tb.tb_next  # this function's own variables hold it, of course
            text = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
            assert password not in text
    assert caplog.records
    assert password not in caplog.text


def test_errors_survive_a_process_pool(sftp: SftpServer) -> None:
    with pytest.raises(CredentialsRefused) as caught:
        take(sftp.location(password="wrong"))
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert (type(again), str(again)) == (CredentialsRefused, str(caught.value))
