import threading
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def leaves_nothing_behind() -> Iterator[None]:
    """Neither a thread nor an open file."""
    before = set(threading.enumerate())
    files = len(list(Path("/proc/self/fd").iterdir()))
    yield
    assert set(threading.enumerate()) <= before
    assert len(list(Path("/proc/self/fd").iterdir())) <= files
