"""What a store promises that offers a lock for syncs; a part of `StoreContract`."""
# ruff: noqa: S101 - these are tests, though they live in the package

from concurrent.futures import ThreadPoolExecutor

import pytest

from guardiansync.errors import DistrictBusy
from guardiansync.settings import District, School, Scope
from guardiansync.stores.locking import Locks, one_sync
from guardiansync.stores.protocol import Store
from guardiansync.testing.changes import changes_of, student
from guardiansync.testing.store_cases import HERE

THERE = District("d-2")


class LockContract:
    """Every promise of `guardiansync.stores.locking.Locks`. A store need not offer it: these tests are skipped then."""

    @pytest.fixture
    def locks(self, store: Store) -> Locks:
        """The store, if it offers a lock."""
        if not isinstance(store, Locks):
            pytest.skip("this store has no lock(scope): to it a district is always free")
        return store

    @pytest.mark.parametrize("held", [HERE, School("n", "d-1")], ids=str)
    def test_one_sync_of_a_district_at_a_time(self, locks: Locks, held: Scope) -> None:
        """Who comes second is refused, in this thread or another; a school's sync is one of its district."""
        with locks.lock(held), ThreadPoolExecutor(1) as elsewhere:
            for scope in (HERE, School("n", "d-1"), School("s", "d-1")):
                for attempt in (_come, lambda *second: elsewhere.submit(_come, *second).result()):
                    with pytest.raises(DistrictBusy) as refused:
                        attempt(locks, scope)
                    assert refused.value.district == "d-1"

    def test_another_district_is_free(self, locks: Locks) -> None:
        """Syncs of two districts go on side by side, and each keeps its own district until its end."""
        with locks.lock(HERE):
            with locks.lock(THERE), pytest.raises(DistrictBusy):
                _come(locks, THERE)
            _come(locks, THERE)
            with pytest.raises(DistrictBusy):
                _come(locks, HERE)

    def test_a_district_is_free_again_after_its_sync(self, locks: Locks) -> None:
        """Whether the block ended or an exception left it; that others were refused meanwhile changes nothing."""
        for _ in range(2):
            with locks.lock(HERE), pytest.raises(DistrictBusy):
                _come(locks, HERE)
            for error in (KeyError, KeyboardInterrupt):
                with pytest.raises(error), locks.lock(HERE):
                    raise error
            _come(locks, HERE)

    def test_nothing_else_waits_for_a_sync(self, locks: Locks, store: Store) -> None:
        """The holder reads and writes, and so does anybody else: the lock says no more than that a sync is under way."""

        def write(student_sis_id: str) -> None:
            with store.transaction(HERE) as transaction:
                transaction.write(changes_of([student(student_sis_id)]))

        with locks.lock(HERE), ThreadPoolExecutor(1) as elsewhere:
            write("001")
            elsewhere.submit(write, "002").result()
            assert sorted(store.roster(HERE).students["student_sis_id"]) == ["001", "002"]


def _come(locks: Locks, scope: Scope) -> None:
    """Begin a sync, as `sync` does, and end it."""
    with one_sync(locks, scope):
        pass
