import pytest

from guardiansync.stores import Store, open_store
from guardiansync.testing.contract import StoreContract


class TestPostgresStore(StoreContract):
    @pytest.fixture
    def store(self, postgres: str) -> Store:
        return open_store(postgres)
