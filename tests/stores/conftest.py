from collections.abc import Iterator
from pathlib import Path

import pytest
from stores.postgres_server import emptied, fresh_schema, running_server

from guardiansync.stores import Store, open_store

for module in ("contract", "lock_contract", "store_cases", "store_machine", "verdict_contract"):
    pytest.register_assert_rewrite(f"guardiansync.testing.{module}")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a running server's superuser."""
    with running_server() as url:
        yield url


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """The URL of a store that is not there yet."""
    with fresh_schema(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def _many_times(postgres_server: str) -> Iterator[str]:
    with fresh_schema(postgres_server) as url:
        yield url


@pytest.fixture
def postgres_store(_many_times: str) -> Store:
    """An empty store, whose tables the tests before had: making new ones takes ten times as long."""
    store = open_store(_many_times)
    emptied(_many_times)
    return store


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Each of the stores, empty."""
    match request.param:
        case "memory":
            return open_store("memory://")
        case "sqlite":
            return open_store(f"sqlite:///{tmp_path}/roster.db")
        case _:
            again: Store = request.getfixturevalue("postgres_store")
            return again
