"""The self-check against OpenSSH, which has several host keys and lets nobody list what is not theirs."""

import os
import time
from collections.abc import Iterator

import pytest
from checkups import only, outcomes
from evenings import ANN, Evenings, csv

import guardiansync as gs
from guardiansync.testing.openssh_server import OpenSshServer

pytestmark = pytest.mark.openssh


@pytest.fixture(scope="module")
def sshd() -> Iterator[OpenSshServer]:
    with OpenSshServer() as server:
        file = server.folder / "guardians.csv"
        file.write_bytes(csv(f"S1,G1,{ANN},,"))
        os.utime(file, (time.time() - 3600,) * 2)
        yield server


def check(location: gs.SftpLocation) -> gs.Checkup:
    district = Evenings(students=["S1"], staff=["T1,Tom,Roe,tom@example.org,"])
    return gs.check(gs.SyncSettings(scope=district.scope, enabled=True, location=location), district.store)


def test_all_is_well_with_openssh(sshd: OpenSshServer) -> None:
    checkup = check(sshd.location())
    assert set(outcomes(checkup).values()) == {"passed"}, str(checkup)


def test_openssh_shows_a_key_that_the_settings_may_have(sshd: OpenSshServer) -> None:
    unknown = check(sshd.location(host_key=None))
    line = only(unknown, "host key")
    assert (only(unknown, "connection").outcome, line.outcome) == ("passed", "failed")
    shown = line.message.partition("It shows ")[2].split()[0]
    assert check(sshd.location(host_key=shown)).ok


def test_a_folder_that_openssh_does_not_let_anybody_list(sshd: OpenSshServer) -> None:
    closed = sshd.room / "closed"
    closed.mkdir(mode=0o700)
    assert outcomes(check(sshd.location(path=str(closed))))["folder"] == "failed"
    (sshd.room / "link.csv").symlink_to(sshd.folder / "guardians.csv")
    assert outcomes(check(sshd.location(path=str(sshd.room / "link.csv"))))["file name"] == "failed"
