"""A real server, a real process."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line.commanding import SCOPE, at, run, ties

from guardiansync.testing.sftp_server import SftpServer


def in_a_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "guardiansync", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | environment,
        check=False,
    )


def test_a_file_comes_from_a_real_server(server: SftpServer) -> None:
    known = (*at(server), "--host-key", server.host_key)
    done = in_a_process("sync", *known, GUARDIANSYNC_PASSWORD="right")
    assert (done.returncode, done.stderr) == (0, "")
    assert "applied" in done.stdout
    assert "\x1b" not in done.stdout
    assert ties() == 20
    wrong = in_a_process("sync", *known, GUARDIANSYNC_PASSWORD="wr0ng")
    assert wrong.returncode == 1
    assert "refused the login" in wrong.stderr
    assert "wr0ng" not in wrong.stderr
    assert "credentials" in run("runs", *SCOPE).stdout


def test_nobody_to_ask_for_the_password_is_told(server: SftpServer) -> None:
    told = in_a_process("plan", *at(server), "--host-key", server.host_key)
    assert told.returncode == 1
    assert "GUARDIANSYNC_PASSWORD" in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_server_without_a_known_key_is_never_trusted(server: SftpServer) -> None:
    told = in_a_process("plan", *at(server), GUARDIANSYNC_PASSWORD="right")
    assert told.returncode == 1
    assert "ssh-keyscan" in told.stderr


def test_at_a_terminal_it_asks_for_the_password_and_hides_it(server: SftpServer) -> None:
    arguments = ("sync", *at(server), "--host-key", server.host_key)
    status, seen = at_a_terminal(arguments, answer="right\n")
    assert status == 0, seen
    assert f"Password of {server.login} on {server.host}: " in seen
    assert "right" not in seen
    assert "applied" in seen
    assert ties() == 20


def at_a_terminal(arguments: tuple[str, ...], answer: str) -> tuple[int, str]:
    """Run a command at a terminal; type the answer when it asks."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "guardiansync", *arguments],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    ) as process:  # fmt: skip
        os.close(theirs)
        seen = b""
        asked = False
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if not select.select([ours], [], [], 1)[0]:
                continue
            try:
                chunk = os.read(ours, 4096)
            except OSError:  # how Linux tells that the other side is closed
                break
            if not chunk:
                break
            seen += chunk
            if not asked and b"Password" in seen:
                asked = True
                os.write(ours, answer.encode())
        os.close(ours)
        return process.wait(timeout=10), seen.decode()


def test_a_reader_that_has_seen_enough_is_no_error(home: Path) -> None:
    run("sync", *SCOPE, "--file", "drop")
    command = f"{sys.executable} -m guardiansync families --district d-1 --csv - | head -n 1"
    done = subprocess.run(["bash", "-c", command], cwd=home, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("school,")
    assert done.stderr == ""


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_without_the_extra_it_names_it(missing: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; from guardiansync.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"The command line needs {missing}: pip install 'guardiansync[cli]'\n"


def test_the_demo_is_a_command(home: Path) -> None:
    (home / "elsewhere").mkdir()
    done = run("demo", "--students", "120", "--folder", "elsewhere/demo")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("every number is the one") == 3
    assert "held, reason threshold" in done.stdout
    assert (home / "elsewhere" / "demo" / "roster.db").is_file()
