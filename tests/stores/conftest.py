from collections.abc import Iterator

import pytest
from stores.postgres_server import fresh_schema, running_server

for module in ("contract", "store_cases", "verdict_contract"):
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
