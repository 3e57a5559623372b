import pytest

from guardiansync.stores import Store, open_store
from guardiansync.testing.contract import StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return open_store("memory://")
