from collections.abc import Iterator
from pathlib import Path

import pytest
from daily.districts import Districts, district
from stores.postgres_server import fresh_schema, running_server

import guardiansync as gs


@pytest.fixture
def three(tmp_path: Path) -> Districts:
    """Three districts, their rosters in SQLite."""
    return Districts(tmp_path, gs.open_store(f"sqlite:///{tmp_path}/roster.db"), *map(district, (1, 2, 3)))


@pytest.fixture(scope="session")
def _postgres_server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
def postgres(_postgres_server: str) -> Iterator[str]:
    """The URL of a store that is not there yet."""
    with fresh_schema(_postgres_server) as url:
        yield url
