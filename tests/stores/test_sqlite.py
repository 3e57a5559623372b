from pathlib import Path

import pytest

from guardiansync.stores import Store, open_store
from guardiansync.testing.contract import StoreContract


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return open_store(f"sqlite:///{tmp_path}/roster.db")
