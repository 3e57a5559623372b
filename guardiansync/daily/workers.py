"""Where the work of an evening is done: threads or processes of our own, or an executor that somebody gave."""

import multiprocessing
import os
import pickle
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from typing import Final, Self, TypeAlias
from urllib.parse import urlsplit

from guardiansync.daily.work import Done, Job, perform
from guardiansync.errors import SettingsError
from guardiansync.stores import open_store
from guardiansync.stores.protocol import Store

StoreSource: TypeAlias = Store | str | Callable[[], Store]
"""A store; or its URL, or a function of a module that opens it: what other processes can be told."""

_SOURCES: Final = "a store, its URL, or a function of a module that opens it"
_FOREIGN_JOBS: Final = 64
_POLARS_THREADS: Final = "POLARS_MAX_THREADS"


class Workers:
    """Where jobs are done.

    Args:
        make: Makes the executor.
        slots: How many jobs it is given at a time.
        store: What each job is told about the store.
        is_ours: Whether it is ended with the evening, and made anew where a worker died.

    Attributes:
        slots: How many jobs are given to it at a time.
        store: What each job is told about the store.
        is_ours: As above.
        generation: Counts the executors that were made.
    """

    def __init__(self, make: Callable[[], Executor], slots: int, store: Store | bytes, *, is_ours: bool) -> None:
        self.slots = slots
        self.store = store
        self.is_ours = is_ours
        self.generation = 0
        self._make = make
        self._executor: Executor | None = None

    @classmethod
    def chosen(cls, source: StoreSource, executor: Executor | None, districts: int) -> Self:
        """The executor that was given, else what suits the store and this machine.

        Args:
            source: What was given for the store.
            executor: What was given for the work.
            districts: How many can be worked on side by side.

        Raises:
            SettingsError: The store cannot be opened where the executor's workers are.
            StoreUnusable: The URL is wrong, or the database is not one that this version can use.
        """
        if not isinstance(source, Store | str) and not callable(source):
            raise SettingsError("store", _SOURCES, type(source).__name__)
        if isinstance(source, str) and source.startswith("memory:"):
            raise SettingsError(
                "store", "a store, or a database that all workers reach", "a roster that ends with its process"
            )
        count = max(1, min(cores(), districts))
        if executor is not None:
            slots = getattr(executor, "_max_workers", None)
            slots = slots if isinstance(slots, int) else _FOREIGN_JOBS
            return cls(lambda: executor, slots, _told(source, executor), is_ours=False)
        if isinstance(source, Store) or count == 1:
            return cls(partial(ThreadPoolExecutor, count, "guardiansync-work"), count, _open(source), is_ours=True)
        _open(source).close()  # what is wrong with it is told once, here
        return cls(partial(_processes, count), count + 1, _pickled(source), is_ours=True)

    def submit(self, job: Job) -> "Future[Done]":
        """Have a job done.

        Raises:
            BrokenExecutor: Somebody else's executor is broken.
        """
        if self._executor is None:
            self._executor = self._make()
            self.generation += 1
        try:
            return self._executor.submit(perform, job)
        except BrokenExecutor:
            if not self.is_ours:
                raise
            self.renew(self.generation)
            return self.submit(job)

    def renew(self, generation: int) -> bool:
        """Leave an executor of our own whose worker died.

        Returns:
            Whether it had not been left already.
        """
        if self._executor is None or generation != self.generation:
            return False
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = None
        return True

    def close(self) -> None:
        """End an executor of our own when what is under way is done."""
        if self.is_ours and self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)


def cores() -> int:
    """How many of the machine's cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processes(count: int) -> Executor:
    # Never forked: neither Polars nor the databases' drivers survive that. Each has one thread of Polars, unless told otherwise.
    threads = os.environ.get(_POLARS_THREADS, "1")
    return ProcessPoolExecutor(
        count, multiprocessing.get_context("spawn"), initializer=os.putenv, initargs=(_POLARS_THREADS, threads)
    )


def _open(source: StoreSource) -> Store:
    if isinstance(source, Store):
        return source
    if isinstance(source, str):
        return open_store(source)
    return source()


def _told(source: StoreSource, executor: Executor) -> Store | bytes:
    if isinstance(executor, ThreadPoolExecutor):
        return _open(source)
    if isinstance(source, Store):
        raise SettingsError("store", "its URL or a function that opens it, for workers elsewhere", "a store")
    if isinstance(source, str) and (urlsplit(source).password or "password=" in source):
        raise SettingsError(
            "store",
            "a function of a module that opens it there, so that no queue carries the password",
            "a URL with a password, where the workers are elsewhere,",
        )
    return _pickled(source)


def _pickled(source: StoreSource) -> bytes:
    try:
        return pickle.dumps(source)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise SettingsError(
            "store",
            _SOURCES,
            f"a {type(source).__name__} that other processes cannot be sent",
        ) from error
