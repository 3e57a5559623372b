"""One evening: who is fetched, who is worked on, who waits, and when it is enough.

All of this runs in the caller's thread; threads and workers put what they have done into one queue.
"""

import heapq
import pickle
import queue
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import define, evolve, field

from guardiansync.daily.result import DailyResult, DailyStatus
from guardiansync.daily.work import Brought, Done, Job, bring
from guardiansync.daily.workers import Workers, cores
from guardiansync.errors import GuardianSyncError, InBlackout, NoLocation, SyncNotEnabled
from guardiansync.feed.put_away import put_away
from guardiansync.model.feed import Fetched
from guardiansync.settings import SftpLocation, SyncSettings
from guardiansync.sync import level_error

if TYPE_CHECKING:
    from guardiansync.model.finding import Findings

BYTES_IN_HAND: Final = 512 << 20
"""No more files are fetched while those that wait for a worker are larger than this together."""

_FETCHES_A_CORE: Final = 8
_MOST_FETCHES: Final = 64
_DEATHS_AT_FIRST: Final = 3
_WORKER_DIED: Final = (
    "The process that worked on it died, and again when it worked on nothing else: too little memory for the file, "
    "perhaps. Its transaction was rolled back. A program that starts run_daily must do so under "
    '`if __name__ == "__main__":`.'
)
_CUT_OFF: Final = "The deadline came first. Run it again: what is done already changes nothing then."
_NOT_SENT: Final = (
    "The settings cannot be sent to another process: make roster_step a function of a module, or give run_daily a store "
    "instead of its URL."
)


@define(eq=False)
class _Turn:
    """One scope's way through the evening."""

    place: int
    settings: SyncSettings
    tries: int = 0
    brought: Brought | None = None
    fetch_seconds: float = 0.0
    work_seconds: float = 0.0
    generation: int = 0
    is_suspect: bool = False
    """Whether a worker died while this was worked on."""
    future: "Future[Any] | None" = None

    @property
    def size(self) -> int:
        """The bytes that are held for it."""
        return len(self.brought.data) if isinstance(self.brought, Fetched) else 0


_Finished: TypeAlias = tuple[int, DailyResult]
_Event: TypeAlias = tuple[Callable[["_Turn", "Future[Any]"], Iterator[_Finished]], _Turn, "Future[Any]"]


@define(eq=False)
class Evening:
    """The state of one evening.

    Attributes:
        settings: One for each scope.
        workers: Where the work is done.
        actor: Who asked for it, for the journal.
        retry_after: The seconds to wait before the second try of what may pass, before the third, and so on.
        ends_at: When it is enough, by `time.monotonic`; None for never.
    """

    settings: Sequence[SyncSettings]
    workers: Workers
    actor: str
    retry_after: Sequence[float]
    ends_at: float | None
    _events: "queue.SimpleQueue[_Event]" = field(init=False, factory=queue.SimpleQueue)
    _districts: dict[str, deque[_Turn]] = field(init=False, factory=dict)
    _to_fetch: deque[_Turn] = field(init=False, factory=deque)
    _to_work: deque[_Turn] = field(init=False, factory=deque)
    _suspects: deque[_Turn] = field(init=False, factory=deque)
    _later: list[tuple[float, int, _Turn]] = field(init=False, factory=list)
    _fetching: set[_Turn] = field(init=False, factory=set)
    _working: set[_Turn] = field(init=False, factory=set)
    _putting_away: dict[_Turn, DailyResult] = field(init=False, factory=dict)
    _bytes: int = field(init=False, default=0)
    _deaths: int = field(init=False, default=0)
    _any_done: bool = field(init=False, default=False)
    _fetchers: ThreadPoolExecutor = field(init=False)

    def results(self) -> Generator[_Finished]:
        """Run it: each scope's place among the settings and what became of it, as they finish."""
        for place, each in enumerate(self.settings):
            self._districts.setdefault(each.scope.district, deque()).append(_Turn(place, each))
        # One district's scopes share accounts and a lock, so they come one after the other.
        self._to_fetch.extend(turns[0] for turns in self._districts.values())
        count = fetch_threads()
        fetchers = self._fetchers = ThreadPoolExecutor(count, "guardiansync-fetch")
        try:
            while self._districts:
                yield from self._next(count)
        finally:
            for turn in self._fetching | self._working:
                if turn.future is not None:
                    turn.future.cancel()
            fetchers.shutdown(wait=False, cancel_futures=True)
            self.workers.close()

    def _next(self, count: int) -> Iterator[_Finished]:
        """Begin what can be begun; then wait for whatever happens next."""
        left = self._seconds_left()
        if left is not None and left <= 0:
            yield from self._stop("deadline", _CUT_OFF, DailyStatus.CUT_OFF)
        else:
            while self._later and self._later[0][0] <= time.monotonic():
                self._to_fetch.append(heapq.heappop(self._later)[2])
            while self._to_fetch and self._may_fetch(count):
                yield from self._begin_fetch(self._to_fetch.popleft())
            while self._to_work and len(self._working) < self.workers.slots:
                yield from self._begin_work(self._to_work.popleft())
            if self._suspects and not self._to_work and not self._working:
                yield from self._begin_work(self._suspects.popleft())
        if self._fetching or self._working or self._later or self._putting_away:
            try:
                handle, turn, future = self._events.get(timeout=self._patience())
            except queue.Empty:
                return
            yield from handle(turn, future)

    def _may_fetch(self, count: int) -> bool:
        waiting = len(self._to_work) + len(self._suspects)
        has_room = self._bytes < BYTES_IN_HAND and waiting <= 2 * self.workers.slots
        return len(self._fetching) < count and (has_room or not (waiting or self._working or self._fetching))

    def _begin_fetch(self, turn: _Turn) -> Iterator[_Finished]:
        settings = turn.settings
        turn.tries += 1
        turn.brought = None
        until = settings.blackout_until(datetime.now(UTC))
        if not settings.enabled:
            yield self._failed(turn, SyncNotEnabled(str(settings.scope)))
        elif until is not None:
            yield self._failed(turn, InBlackout(str(settings.scope), until))
        elif (wrong := level_error(settings)) is not None:
            turn.brought = wrong
            self._to_work.append(turn)
        elif settings.location is None:
            turn.brought = NoLocation(str(settings.scope))
            self._to_work.append(turn)
        else:
            self._fetching.add(turn)
            fetching = self._fetchers.submit(bring, settings.location, settings.max_bytes, self._seconds_left())
            self._watch(turn, fetching, self._fetched)

    def _fetched(self, turn: _Turn, future: "Future[tuple[Brought, float]]") -> Iterator[_Finished]:
        if turn not in self._fetching:
            return  # cut off meanwhile
        self._fetching.remove(turn)
        turn.brought, seconds = future.result()
        turn.fetch_seconds += seconds
        self._bytes += turn.size
        if isinstance(turn.brought, GuardianSyncError) and turn.brought.may_pass and not self._is_last(turn):
            self._try_later(turn)
        else:
            self._to_work.append(turn)
        yield from ()

    def _begin_work(self, turn: _Turn) -> Iterator[_Finished]:
        if turn.brought is None:
            raise AssertionError("work begins with what was brought")
        settings = evolve(turn.settings, location=None)
        job = Job(settings, turn.brought, self.workers.store, self.actor, self._is_last(turn))
        try:
            future = self.workers.submit(job)
        except BrokenExecutor:
            yield self._died(turn)
            return
        turn.generation = self.workers.generation
        self._working.add(turn)
        self._watch(turn, future, self._worked)

    def _worked(self, turn: _Turn, future: "Future[Done]") -> Iterator[_Finished]:
        if turn not in self._working:
            return  # cut off meanwhile
        self._working.remove(turn)
        error = CancelledError() if future.cancelled() else future.exception()
        if error is None:
            self._any_done = True
            done = future.result()
            turn.work_seconds += done.seconds
            if done.may_pass and not self._is_last(turn):
                self._try_later(turn)
            else:
                yield from self._put_away(turn, done.result)
        elif isinstance(error, GuardianSyncError):
            yield self._failed(turn, error)
        elif isinstance(error, pickle.PicklingError | TypeError | AttributeError):
            yield self._finish(turn, self._without_run(turn, "settings", _NOT_SENT))
        else:
            yield from self._lost(turn)

    def _put_away(self, turn: _Turn, result: DailyResult) -> Iterator[_Finished]:
        """Move the file of a run to the archive folder, where the settings name one; then the scope is done."""
        location, brought = turn.settings.location, turn.brought
        if result.run_id and isinstance(brought, Fetched) and isinstance(location, SftpLocation) and location.archive:
            self._putting_away[turn] = result
            self._watch(turn, self._fetchers.submit(put_away, location, brought, result.run_id), self._was_put_away)
        else:
            yield self._finish(turn, result)

    def _was_put_away(self, turn: _Turn, future: "Future[Findings]") -> Iterator[_Finished]:
        result, found = self._putting_away.pop(turn), len(future.result())
        yield self._finish(turn, evolve(result, findings=result.findings + found))

    def _lost(self, turn: _Turn) -> Iterator[_Finished]:
        """A worker died, or somebody's executor lost the job."""
        if not self.workers.is_ours:
            if self._is_last(turn):
                yield self._died(turn)
            else:
                self._try_later(turn)
            return
        # Nobody knows whose worker it was: all that were under way are done again, one at a time.
        if self.workers.renew(turn.generation):
            self._deaths += 1
        if self._deaths >= _DEATHS_AT_FIRST and not self._any_done:
            yield from self._stop("worker-died", _WORKER_DIED, DailyStatus.FAILED)
        elif turn.is_suspect:
            yield self._died(turn)
        else:
            turn.is_suspect = True
            self._suspects.append(turn)

    def _stop(self, reason: str, message: str, status: DailyStatus) -> Iterator[_Finished]:
        """End all that is not being written."""
        for turn in list(self._working):
            if turn.future is not None and turn.future.cancel():
                self._working.remove(turn)
        self._fetching.clear()
        for waiting in (self._to_fetch, self._to_work, self._suspects):
            waiting.clear()
        self._later.clear()
        for district, turns in list(self._districts.items()):
            self._districts[district] = deque(turn for turn in turns if self._is_under_way(turn))
            if not self._districts[district]:
                del self._districts[district]
            for turn in turns:
                if not self._is_under_way(turn):
                    yield turn.place, self._told(turn, self._without_run(turn, reason, message, status))

    def _is_under_way(self, turn: _Turn) -> bool:
        return turn in self._working or turn in self._putting_away

    def _finish(self, turn: _Turn, result: DailyResult) -> _Finished:
        """A scope is done; the next of its district may begin."""
        self._bytes -= turn.size
        turns = self._districts[turn.settings.scope.district]
        turns.remove(turn)
        if turns:
            self._to_fetch.appendleft(turns[0])
        else:
            del self._districts[turn.settings.scope.district]
        return turn.place, self._told(turn, result)

    def _failed(self, turn: _Turn, error: GuardianSyncError) -> _Finished:
        return self._finish(turn, DailyResult.of_error(str(turn.settings.scope), error))

    def _died(self, turn: _Turn) -> _Finished:
        return self._finish(turn, self._without_run(turn, "worker-died", _WORKER_DIED))

    def _without_run(
        self, turn: _Turn, reason: str, message: str, status: DailyStatus = DailyStatus.FAILED
    ) -> DailyResult:
        return DailyResult(str(turn.settings.scope), str(status), reason, message=message)

    def _told(self, turn: _Turn, result: DailyResult) -> DailyResult:
        seconds = turn.fetch_seconds + turn.work_seconds
        return evolve(result, seconds=seconds, fetch_seconds=turn.fetch_seconds, tries=turn.tries)

    def _try_later(self, turn: _Turn) -> None:
        self._bytes -= turn.size
        turn.brought = None
        heapq.heappush(self._later, (time.monotonic() + self.retry_after[turn.tries - 1], turn.place, turn))

    def _is_last(self, turn: _Turn) -> bool:
        return turn.tries > len(self.retry_after)

    def _watch(
        self, turn: _Turn, future: "Future[Any]", handle: Callable[[_Turn, "Future[Any]"], Iterator[_Finished]]
    ) -> None:
        turn.future = future
        future.add_done_callback(lambda done: self._events.put((handle, turn, done)))

    def _seconds_left(self) -> float | None:
        return None if self.ends_at is None else self.ends_at - time.monotonic()

    def _patience(self) -> float | None:
        """How long to wait for something to happen."""
        moments = [self._later[0][0]] if self._later else []
        left = self._seconds_left()
        if self.ends_at is not None and left is not None and left > 0:
            moments.append(self.ends_at)
        return max(0.0, min(moments) - time.monotonic()) if moments else None


def fetch_threads() -> int:
    """How many files are fetched at a time."""
    return min(_MOST_FETCHES, _FETCHES_A_CORE * cores())
