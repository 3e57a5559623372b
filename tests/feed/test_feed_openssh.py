"""OpenSSH's own server, as the user who may read little."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from guardiansync.errors import AccessDenied, CredentialsRefused, FileMissing, HostKeyMismatch, NotAFile
from guardiansync.feed import fetch
from guardiansync.testing.openssh_server import OpenSshServer, new_key

pytestmark = pytest.mark.openssh

CONTENT = b"studentSisId,guardianSisId,firstName,lastName,email\n1,g1,An,Other,an@example.org\n"


@pytest.fixture(scope="module")
def sshd() -> Iterator[OpenSshServer]:
    with OpenSshServer() as server:
        yield server


@pytest.fixture(autouse=True)
def _empty(sshd: OpenSshServer) -> None:
    shutil.rmtree(sshd.folder)
    sshd.folder.mkdir(mode=0o755)


def test_takes_the_file(sshd: OpenSshServer) -> None:
    (sshd.folder / "Guardians.csv").write_bytes(CONTENT)
    assert fetch(sshd.location(), max_bytes=1 << 20).data == CONTENT


def test_takes_a_large_file_whole(sshd: OpenSshServer) -> None:
    data = os.urandom(20_000_003)
    (sshd.folder / "guardians.csv").write_bytes(data)
    assert fetch(sshd.location(), max_bytes=1 << 30).data == data


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_knows_the_server_by_any_of_its_keys(sshd: OpenSshServer, kind: str, tmp_path: Path) -> None:
    (sshd.folder / "guardians.csv").write_bytes(CONTENT)
    key = sshd.host_keys[kind]
    (tmp_path / "key.pub").write_text(key)
    listed = subprocess.run(["ssh-keygen", "-lf", tmp_path / "key.pub"], check=True, capture_output=True, text=True)
    for host_key in (key, listed.stdout.split()[1]):
        assert fetch(sshd.location(host_key=host_key), max_bytes=1 << 20).data == CONTENT


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_another_key_of_any_kind_ends_it(sshd: OpenSshServer, kind: str, tmp_path: Path) -> None:
    key = new_key(tmp_path / "other", kind)
    listed = subprocess.run(["ssh-keygen", "-lf", tmp_path / "other.pub"], check=True, capture_output=True, text=True)
    for host_key in (key, listed.stdout.split()[1]):
        with pytest.raises(HostKeyMismatch):
            fetch(sshd.location(host_key=host_key), max_bytes=1 << 20)


def test_wrong_password_and_wrong_key(sshd: OpenSshServer, tmp_path: Path) -> None:
    new_key(tmp_path / "other", "ed25519")
    for location in (
        sshd.location(password="wrong"),
        sshd.location(private_key=(tmp_path / "other").read_text()),
    ):
        with pytest.raises(CredentialsRefused):
            fetch(location, max_bytes=1 << 20)


def test_a_symbolic_link_is_no_file(sshd: OpenSshServer) -> None:
    (sshd.folder / "guardians.csv").symlink_to("/etc/passwd")
    with pytest.raises(NotAFile) as caught:
        fetch(sshd.location(), max_bytes=1 << 20)
    assert caught.value.kind == "symbolic link"


def test_a_linked_folder_is_a_folder(sshd: OpenSshServer) -> None:
    (sshd.folder / "real").mkdir()
    (sshd.folder / "real" / "guardians.csv").write_bytes(CONTENT)
    (sshd.folder / "linked").symlink_to("real")
    assert fetch(sshd.location(path=f"{sshd.folder}/linked"), max_bytes=1 << 20).data == CONTENT


def test_a_folder_of_that_name_is_no_file(sshd: OpenSshServer) -> None:
    (sshd.folder / "guardians.csv").mkdir()
    with pytest.raises(NotAFile):
        fetch(sshd.location(), max_bytes=1 << 20)


def test_what_may_not_be_read(sshd: OpenSshServer) -> None:
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


def test_what_is_missing(sshd: OpenSshServer) -> None:
    (sshd.folder / "students.csv").write_bytes(b"x")
    with pytest.raises(FileMissing) as caught:
        fetch(sshd.location(), max_bytes=1 << 20)
    assert caught.value.listing == ("students.csv",)
    with pytest.raises(FileMissing):
        fetch(sshd.location(path=f"{sshd.folder}/nowhere"), max_bytes=1 << 20)
