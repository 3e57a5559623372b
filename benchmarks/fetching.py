"""How fast a file comes over SFTP, beside OpenSSH's own `sftp` command, from an OpenSSH server on this machine.

Both fetch the same file from the same server over loopback, by turns, each in a process of its own. It fails where the
ratio of the medians is below 0.8.
"""

import argparse
import os
import pwd
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guardiansync.feed import fetch
from guardiansync.settings import SftpLocation

LEAST_RATIO = 0.8


@contextmanager
def openssh(room: Path) -> Iterator[int]:
    """An OpenSSH server that knows the keys in `room`; gives its port."""
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    assert program, "sshd is missing: apt-get install openssh-server"
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for name in ("host", "client"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(room / name)], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    lines = [
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        f"HostKey {room}/host",
        f"AuthorizedKeysFile {room}/client.pub",
        "StrictModes no",
        "UsePAM no",
        "PidFile none",
        "Subsystem sftp internal-sftp",
    ]
    (room / "config").write_text("\n".join(lines) + "\n")
    (room / "known").write_text(f"[127.0.0.1]:{port} {(room / 'host.pub').read_text()}")
    with (room / "log").open("wb") as log:
        server = subprocess.Popen([program, "-D", "-e", "-f", str(room / "config")], stdout=log, stderr=log)
    try:
        for _ in range(100):
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()


def _fetch_here(room: Path, port: int, size: int) -> None:
    location = SftpLocation(
        host="127.0.0.1",
        port=port,
        login=pwd.getpwuid(os.getuid()).pw_name,
        private_key=(room / "client").read_text(),
        host_key=(room / "host.pub").read_text(),
        path=str(room / "drop"),
        settle_s=0,
    )
    import sshfs  # noqa: F401, PLC0415 - imports are over before the clock starts

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    fetched = fetch(location, max_bytes=1 << 32)
    seconds = time.perf_counter() - began
    assert fetched.size == size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(seconds, before / 1024, peak / 1024)


def _ours(room: Path, port: int, size: int) -> tuple[float, float]:
    told = subprocess.run(
        [sys.executable, __file__, "--here", str(room), "--port", str(port), "--size", str(size)],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, before, peak = map(float, told.stdout.split())
    return seconds, peak - before


def _sftp(room: Path, port: int, size: int) -> float:
    to = room / "taken"
    options = [f"UserKnownHostsFile={room}/known", f"IdentityFile={room}/client", "IdentitiesOnly=yes", "BatchMode=yes"]
    login = pwd.getpwuid(os.getuid()).pw_name
    began = time.perf_counter()
    subprocess.run(
        [
            "sftp", "-q", "-F", "none", "-P", str(port), *(part for option in options for part in ("-o", option)),
            f"{login}@127.0.0.1:{room}/drop/guardians.csv", str(to),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    assert to.stat().st_size == size
    to.unlink()
    return seconds


def main() -> None:
    """Take turns, print the medians, fail where we are too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=200_000_000, help="bytes of the file")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        _fetch_here(given.here, given.port, given.size)
        return
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        (room / "drop").mkdir()
        with (room / "drop" / "guardians.csv").open("wb") as file:
            # Bit by bit: a child's peak memory begins with its parent's.
            for _ in range(given.size // 1_000_000):
                file.write(os.urandom(1_000_000))
        size = (room / "drop" / "guardians.csv").stat().st_size
        ours: list[float] = []
        theirs: list[float] = []
        peaks: list[float] = []
        with openssh(room) as port:
            for _ in range(given.runs):
                theirs.append(_sftp(room, port, size))
                seconds, peak = _ours(room, port, size)
                ours.append(seconds)
                peaks.append(peak)
    mega = size / 1e6
    ratio = statistics.median(theirs) / statistics.median(ours)
    print(f"sftp command   {mega / statistics.median(theirs):6.0f} MB/s  ({', '.join(f'{s:.2f}' for s in theirs)} s)")
    print(f"guardiansync   {mega / statistics.median(ours):6.0f} MB/s  ({', '.join(f'{s:.2f}' for s in ours)} s)")
    print(f"ratio          {ratio:6.2f}       at least {LEAST_RATIO}")
    print(f"memory         {max(peaks):6.0f} MB for a file of {mega:.0f} MB, digest included")
    sys.exit(ratio < LEAST_RATIO)


if __name__ == "__main__":
    main()
