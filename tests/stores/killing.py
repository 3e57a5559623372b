"""Syncs in another process, killed at a moment of one's choice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import define, frozen

WORKER = Path(__file__).with_name("sync_worker.py")


@frozen
class End:
    """How a worker's child ended.

    Attributes:
        doing: The last phase that it began; `done` where the sync had returned.
        took_s: How long the sync took, where it had returned.
    """

    doing: str
    took_s: float = 0.0


@define
class Worker:
    """The process that the children are forked from."""

    process: subprocess.Popen[str]

    def sync(self, url: str, district: str, file: Path, killed_after_s: float | None = None) -> End:
        """Sync in a child, and kill it: so long after it began to sync, or when it is done."""
        self._tell(json.dumps([url, district, str(file)]))
        word, pid = self._hear().split()
        assert word == "begun"
        if killed_after_s is not None:
            time.sleep(killed_after_s)
            os.kill(int(pid), signal.SIGKILL)
        said = ["begun"]
        while (heard := self._hear()) != "gone":
            said.append(heard)
            if killed_after_s is None and heard.startswith("done"):
                os.kill(int(pid), signal.SIGKILL)
            assert not heard.startswith("failed"), heard
        last, *took = said[-1].split()
        return End(last, *map(float, took))

    def _tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _hear(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the worker died"
        return line.rstrip("\n")


@contextmanager
def worker() -> Iterator[Worker]:
    """A worker, until the end of the block."""
    command = [sys.executable, "-W", "ignore", str(WORKER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Worker(process)
