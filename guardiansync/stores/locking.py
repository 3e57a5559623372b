"""One sync of a district at a time, whoever starts it: "start now" and the evening's run cannot overlap.

That two never spoil a roster is what turns to write and the version see to, with or without this lock. It spares the second
one the work, and says why.
"""

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from guardiansync.errors import DistrictBusy, StoreUnusable
from guardiansync.settings import Scope

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@runtime_checkable
class Locks(Protocol):
    """What a store may offer besides `Store`: to know that a sync is under way, in whichever process."""

    def lock(self, scope: Scope) -> AbstractContextManager[None]:
        """Say that a sync of this scope's district is under way, until the end of the `with` block.

        Nobody waits for it: roster, transaction and all else go on. It ends with the process at the latest.

        Raises:
            DistrictBusy: One is under way.
        """


def one_sync(store: object, scope: Scope) -> AbstractContextManager[None]:
    """The lock of a store that has one; of any other, a lock that is always free.

    Raises:
        DistrictBusy: Another sync of the district is under way.
    """
    return store.lock(scope) if isinstance(store, Locks) else nullcontext()


@frozen
class ThreadLocks:
    """Locks between the threads of one process, by name."""

    _taken: set[str] = field(init=False, factory=set)
    _guard: threading.Lock = field(init=False, factory=threading.Lock, repr=False)

    @contextmanager
    def held(self, district: str) -> Iterator[None]:
        """Hold a district's lock.

        Raises:
            DistrictBusy: Somebody holds it.
        """
        with self._guard:
            if district in self._taken:
                raise DistrictBusy(district)
            self._taken.add(district)
        try:
            yield
        finally:
            with self._guard:
                self._taken.remove(district)


@contextmanager
def file_lock(beside: Path, district: str) -> Iterator[None]:
    """Hold a district's lock between the processes of one machine, by a file beside another one.

    The system lets go of it when the process ends, however it ends; a file that is left then is no lock. Where the system
    knows no such locks (Windows) this does nothing.

    Raises:
        DistrictBusy: Somebody holds it.
        StoreUnusable: This user may write no file there.
    """
    if fcntl is None:
        yield
        return
    path = beside.with_name(f"{beside.name}-sync-{hashlib.sha256(district.encode()).hexdigest()[:16]}")
    file = _locked_file(path, district)
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()  # while it is held: who opened it before looks whether it is still there
        os.close(file)


def _locked_file(path: Path, district: str) -> int:
    while True:
        try:
            file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise StoreUnusable(
                f"{path} cannot be made ({error.strerror}): this user must be able to write there."
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(file), path.stat()):
                return file
        except BlockingIOError as error:
            os.close(file)
            raise DistrictBusy(district) from error
        except FileNotFoundError:
            pass
        # Who held it has taken the file away in between: this one locks nobody out.
        os.close(file)
