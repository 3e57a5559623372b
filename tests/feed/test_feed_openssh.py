"""Debian's own sshd with internal-sftp, on a free port of loopback, as the user who may read little."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from guardiansync.errors import AccessDenied, CredentialsRefused, FileMissing, HostKeyMismatch, NotAFile
from guardiansync.feed import fetch
from guardiansync.settings import SftpLocation

pytestmark = pytest.mark.openssh

CONTENT = b"studentSisId,guardianSisId,firstName,lastName,email\n1,g1,An,Other,an@example.org\n"


@frozen
class Sshd:
    folder: Path
    port: int
    login: str
    private_key: str
    host_keys: dict[str, str]

    def location(
        self, *, host_key: str = "", path: str = "", password: str | None = None, private_key: str = ""
    ) -> SftpLocation:
        return SftpLocation(
            host="127.0.0.1",
            port=self.port,
            login=self.login,
            password=password,
            private_key=None if password else private_key or self.private_key,
            host_key=host_key or self.host_keys["ed25519"],
            path=path or str(self.folder),
        )


def _keygen(path: Path, kind: str) -> str:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(path)], check=True)
    return path.with_name(f"{path.name}.pub").read_text()


@pytest.fixture(scope="module")
def sshd() -> Iterator[Sshd]:
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    assert program, "sshd is missing: apt-get install openssh-server"
    # As root, log in as somebody else: root may read everything.
    login = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix="gs-sshd-"))
    try:
        room.chmod(0o755)
        folder = room / "outgoing"
        folder.mkdir()
        host_keys = {kind: _keygen(room / f"host_{kind}", kind) for kind in ("ed25519", "ecdsa", "rsa")}
        (room / "authorized").write_text(_keygen(room / "client", "ed25519"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        lines = [
            f"Port {port}",
            "ListenAddress 127.0.0.1",
            *(f"HostKey {room}/host_{kind}" for kind in host_keys),
            f"AuthorizedKeysFile {room}/authorized",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication yes",
            "PidFile none",
            "Subsystem sftp internal-sftp",
            "ForceCommand internal-sftp",
        ]
        (room / "config").write_text("\n".join(lines) + "\n")
        process = subprocess.Popen(
            [program, "-D", "-e", "-f", str(room / "config")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _wait_for(port, process)
            yield Sshd(folder, port, login, (room / "client").read_text(), host_keys)
        finally:
            process.terminate()
            process.wait()
    finally:
        shutil.rmtree(room)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        assert process.poll() is None, "sshd did not start"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("sshd does not listen")


@pytest.fixture(autouse=True)
def _empty(sshd: Sshd) -> None:
    shutil.rmtree(sshd.folder)
    sshd.folder.mkdir(mode=0o755)


def test_takes_the_file(sshd: Sshd) -> None:
    (sshd.folder / "Guardians.csv").write_bytes(CONTENT)
    assert fetch(sshd.location(), max_bytes=1 << 20).data == CONTENT


def test_takes_a_large_file_whole(sshd: Sshd) -> None:
    data = os.urandom(20_000_003)
    (sshd.folder / "guardians.csv").write_bytes(data)
    assert fetch(sshd.location(), max_bytes=1 << 30).data == data


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_knows_the_server_by_any_of_its_keys(sshd: Sshd, kind: str, tmp_path: Path) -> None:
    (sshd.folder / "guardians.csv").write_bytes(CONTENT)
    key = sshd.host_keys[kind]
    (tmp_path / "key.pub").write_text(key)
    listed = subprocess.run(["ssh-keygen", "-lf", tmp_path / "key.pub"], check=True, capture_output=True, text=True)
    for host_key in (key, listed.stdout.split()[1]):
        assert fetch(sshd.location(host_key=host_key), max_bytes=1 << 20).data == CONTENT


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_another_key_of_any_kind_ends_it(sshd: Sshd, kind: str, tmp_path: Path) -> None:
    key = _keygen(tmp_path / "other", kind)
    listed = subprocess.run(["ssh-keygen", "-lf", tmp_path / "other.pub"], check=True, capture_output=True, text=True)
    for host_key in (key, listed.stdout.split()[1]):
        with pytest.raises(HostKeyMismatch):
            fetch(sshd.location(host_key=host_key), max_bytes=1 << 20)


def test_wrong_password_and_wrong_key(sshd: Sshd, tmp_path: Path) -> None:
    _keygen(tmp_path / "other", "ed25519")
    for location in (
        sshd.location(password="wrong"),
        sshd.location(private_key=(tmp_path / "other").read_text()),
    ):
        with pytest.raises(CredentialsRefused):
            fetch(location, max_bytes=1 << 20)


def test_a_symbolic_link_is_no_file(sshd: Sshd) -> None:
    (sshd.folder / "guardians.csv").symlink_to("/etc/passwd")
    with pytest.raises(NotAFile) as caught:
        fetch(sshd.location(), max_bytes=1 << 20)
    assert caught.value.kind == "symbolic link"


def test_a_linked_folder_is_a_folder(sshd: Sshd) -> None:
    (sshd.folder / "real").mkdir()
    (sshd.folder / "real" / "guardians.csv").write_bytes(CONTENT)
    (sshd.folder / "linked").symlink_to("real")
    assert fetch(sshd.location(path=f"{sshd.folder}/linked"), max_bytes=1 << 20).data == CONTENT


def test_a_folder_of_that_name_is_no_file(sshd: Sshd) -> None:
    (sshd.folder / "guardians.csv").mkdir()
    with pytest.raises(NotAFile):
        fetch(sshd.location(), max_bytes=1 << 20)


def test_what_may_not_be_read(sshd: Sshd) -> None:
    file = sshd.folder / "guardians.csv"
    file.write_bytes(CONTENT)
    file.chmod(0)
    with pytest.raises(AccessDenied):
        fetch(sshd.location(), max_bytes=1 << 20)
    sshd.folder.chmod(0)
    try:
        with pytest.raises(AccessDenied):
            fetch(sshd.location(), max_bytes=1 << 20)
    finally:
        sshd.folder.chmod(0o755)


def test_what_is_missing(sshd: Sshd) -> None:
    (sshd.folder / "students.csv").write_bytes(b"x")
    with pytest.raises(FileMissing) as caught:
        fetch(sshd.location(), max_bytes=1 << 20)
    assert caught.value.listing == ("students.csv",)
    with pytest.raises(FileMissing):
        fetch(sshd.location(path=f"{sshd.folder}/nowhere"), max_bytes=1 << 20)
