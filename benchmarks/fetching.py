"""How fast a file comes over SFTP, beside OpenSSH's own `sftp` command, from an OpenSSH server on this machine.

Both fetch the same file from the same server over loopback, by turns, each in a process of its own, key exchange and login
included. The best time of each counts, as what else a machine does only adds to it; it fails where their ratio is below
0.8. What we do besides, the digest of the file, is in our time.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time

from guardiansync.feed import fetch
from guardiansync.settings import SftpLocation
from guardiansync.testing.openssh_server import OpenSshServer

LEAST_RATIO = 0.8
MB = 1_000_000


def _fetch_here(size: int) -> None:
    location = SftpLocation(**json.load(sys.stdin), settle_s=0)
    import sshfs  # noqa: F401, PLC0415 - imports are over before the clock starts

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worked = time.process_time()
    began = time.perf_counter()
    fetched = fetch(location, max_bytes=1 << 32)
    seconds = time.perf_counter() - began
    worked = time.process_time() - worked
    assert fetched.size == size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(seconds, worked, before / 1024, peak / 1024)


def _ours(server: OpenSshServer, size: int) -> tuple[float, float, float]:
    location = {
        "host": "127.0.0.1", "port": server.port, "login": server.login, "private_key": server.private_key,
        "host_key": server.host_keys["ed25519"], "path": str(server.folder),
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, __file__, "--here", "--size", str(size)],
        check=True,
        input=json.dumps(location),
        capture_output=True,
        text=True,
    )
    seconds, worked, before, peak = map(float, told.stdout.split())
    return seconds, worked, peak - before


def _sftp(server: OpenSshServer, size: int) -> tuple[float, float]:
    to = server.room / "taken"
    known = server.room / "known"
    known.write_text(f"[127.0.0.1]:{server.port} {server.host_keys['ed25519']}")
    options = [f"UserKnownHostsFile={known}", f"IdentityFile={server.room}/client", "IdentitiesOnly=yes"]
    worked = _children_worked()
    began = time.perf_counter()
    subprocess.run(
        [
            "sftp", "-q", "-b", "-", "-F", "none", "-P", str(server.port),
            *(part for option in options for part in ("-o", option)), f"{server.login}@127.0.0.1",
        ],
        check=True,
        input=f"get {server.folder}/guardians.csv {to}\n".encode(),
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    assert to.stat().st_size == size
    to.unlink()
    return seconds, _children_worked() - worked


def _children_worked() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Take turns, print the medians, fail where we are too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=200_000_000, help="bytes of the file")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        _fetch_here(given.size)
        return
    size = given.size // MB * MB
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    peaks: list[float] = []
    with OpenSshServer() as server:
        with (server.folder / "guardians.csv").open("wb") as file:
            # Bit by bit: a child's peak memory begins with its parent's.
            for _ in range(size // MB):
                file.write(os.urandom(MB))
        for _ in range(given.runs):
            theirs.append(_sftp(server, size))
            seconds, worked, peak = _ours(server, size)
            ours.append((seconds, worked))
            peaks.append(peak)
    mega = size / MB
    for name, runs in (("sftp command", theirs), ("guardiansync", ours)):
        times = ", ".join(f"{taken:.2f}" for taken, _ in runs)
        work = min(worked for _, worked in runs)
        print(f"{name:14s} {mega / min(runs)[0]:6.0f} MB/s  {work:.2f} s of one core  ({times} s)")
    ratio = min(theirs)[0] / min(ours)[0]
    print(f"ratio          {ratio:6.2f}       at least {LEAST_RATIO}")
    print(f"memory         {max(peaks):6.0f} MB for a file of {mega:.0f} MB, digest included")
    sys.exit(ratio < LEAST_RATIO)


if __name__ == "__main__":
    main()
