"""What a run tells of itself: log records, events for metrics, and spans where OpenTelemetry's API is installed.

The core logs nothing; what is public is wrapped here, and tells its phases by the progress that it reports anyway.
Nothing told holds personal data: scopes, ids of runs, phases, counts, seconds and reasons.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Self, TypeVar, cast

from guardiansync.errors import GuardianSyncError
from guardiansync.model.event import Event, OnEvent
from guardiansync.model.run import OnProgress, Phase
from guardiansync.settings import District, School

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

_P = ParamSpec("_P")
_R = TypeVar("_R")

_SPAN: Final = "guardiansync"
_NS: Final = 1e9

_listeners: list[OnEvent] = []
_current: ContextVar["_Told | None"] = ContextVar("guardiansync_run", default=None)

logging.getLogger("guardiansync").addHandler(logging.NullHandler())


class Observation:
    """A listener that is registered. As a context manager it stops at the end of its block."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event
        _listeners.append(on_event)

    def stop(self) -> None:
        """Call it no more."""
        # By identity: two listeners may be equal.
        _listeners[:] = [one for one in _listeners if one is not self._on_event]

    def __enter__(self) -> Self:
        """It is registered already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


def observe(on_event: OnEvent) -> Observation:
    """Hear of each phase of each run of this process, and of each run as a whole: for metrics.

    Worker processes have their own listeners: register there too. A listener that raises is logged and stops no run.

    Args:
        on_event: Called with each `Event`, in the thread of the run.

    Returns:
        What stops it: call `stop`, or use it in a `with` block.
    """
    return Observation(on_event)


def count(**counts: int) -> None:
    """Say how much there was in the phase that is about to end."""
    told = _current.get()
    if told is not None:
        told.counts |= counts


def observed(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a public function tell of itself. One that is called by another tells nothing of its own."""
    name = function.__name__

    @wraps(function)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        if _current.get() is not None:
            return function(*args, **kwargs)
        told = _Told(name, _scope_of((*args, *kwargs.values())))
        if "on_progress" in (function.__kwdefaults__ or {}):
            listener = cast("OnProgress | None", kwargs.get("on_progress"))
            cast("dict[str, Any]", kwargs)["on_progress"] = told.beside(listener)
        token = _current.set(told)
        try:
            with told.whole():
                result = function(*args, **kwargs)
                told.ended(result)
                return result
        finally:
            _current.reset(token)

    return wrapper


def _scope_of(arguments: tuple[object, ...]) -> str:
    for one in arguments:
        scope = one if isinstance(one, District | School) else getattr(one, "scope", None)
        if isinstance(scope, District | School):
            return str(scope)
    return ""


class _Told:
    """One run, and where it is."""

    def __init__(self, run: str, scope: str) -> None:
        self.run = run
        self.scope = scope
        self.counts: dict[str, int] = {}
        self._log = logging.getLogger(f"guardiansync.{run}")
        self._began = self._last = time.perf_counter()
        self._wall = time.time_ns()
        self._open: dict[Phase, float] = {}
        self._result: object = None
        self._bytes = 0
        self._tracer = _tracer()
        self._span: Span | None = None

    def beside(self, listener: OnProgress | None) -> OnProgress:
        """Hear progress, and pass it on."""

        def tell(phase: Phase, done: int, total: int) -> None:
            self._hear(phase, done, total)
            if listener is not None:
                listener(phase, done, total)

        return tell

    def ended(self, result: object) -> None:
        """Keep what came out."""
        self._result = result

    @contextmanager
    def whole(self) -> Iterator[None]:
        """The whole run: whatever it ends with is told."""
        with ExitStack() as stack:
            if self._tracer is not None:
                self._span = stack.enter_context(
                    self._tracer.start_as_current_span(
                        f"{_SPAN}.{self.run}", record_exception=False, set_status_on_exception=False
                    )
                )
            self._log.debug("%s: %s begins", self.scope, self.run, extra=self._extra(phase="", seconds=0.0))
            try:
                yield
            except Exception as error:
                self._failed(error)
                raise
            self._told_whole(self._outcome())

    def _hear(self, phase: Phase, done: int, total: int) -> None:
        now = time.perf_counter()
        if phase is Phase.FETCH:
            # Connecting and waiting come before the first byte; it is over when reading begins.
            self._open.setdefault(phase, self._began)
            self._bytes = done
            return
        if Phase.FETCH in self._open:
            self._end(Phase.FETCH, now, {"bytes": self._bytes})
        if done < total:
            self._open[phase] = now
            return
        counts, self.counts = self.counts, {}
        self._open.setdefault(phase, self._last)
        self._end(phase, now, counts)

    def _end(self, phase: Phase, now: float, counts: dict[str, int]) -> None:
        began = self._open.pop(phase)
        self._last = now
        seconds = now - began
        _emit(Event(self.scope, self.run, phase, seconds, counts), self._log)
        self._log.debug(
            "%s: %s, %.3f s%s", self.scope, phase, seconds, _in_words(counts),
            extra=self._extra(phase=str(phase), seconds=seconds, counts=counts),
        )  # fmt: skip
        if self._tracer is not None:
            span = self._tracer.start_span(f"{_SPAN}.{phase}", start_time=self._at(began))
            span.set_attributes(self._attributes(counts))
            span.end(end_time=self._at(now))

    def _failed(self, error: Exception) -> None:
        ours = isinstance(error, GuardianSyncError)
        reason = error.reason if isinstance(error, GuardianSyncError) else type(error).__name__
        for phase in tuple(self._open):
            self._end(phase, time.perf_counter(), {})
        # What another library says of its failure may quote what it worked on.
        said = str(error) if ours else type(error).__name__
        self._told_whole(Event(self.scope, self.run, None, self._seconds(), {}, "", "failed", reason), said)

    def _outcome(self) -> Event:
        result: Any = self._result
        counts = getattr(result, "counts", None)
        if counts is None and hasattr(result, "frames"):
            counts = result.frames.counts()
        reasons = getattr(result, "reasons", ())
        return Event(
            scope=self.scope or str(getattr(result, "scope", "")),
            run=self.run,
            phase=None,
            seconds=self._seconds(),
            counts={name: number for name, number in (counts or {}).items() if number},
            run_id=getattr(result, "run_id", ""),
            status=str(getattr(result, "status", "planned")),
            reason=" ".join(reasons),
        )

    def _told_whole(self, event: Event, said: str = "") -> None:
        _emit(event, self._log)
        level = logging.WARNING if event.status in {"failed", "held"} else logging.INFO
        why = f" ({event.reason})" if event.reason else ""
        self._log.log(
            level, "%s: %s %s%s in %.3f s%s", event.scope, self.run, event.status, why, event.seconds,
            f": {said}" if said else _in_words(event.counts),
            extra=self._extra(
                phase="", seconds=event.seconds, counts=event.counts, run_id=event.run_id, status=event.status,
                reason=event.reason,
            ),
        )  # fmt: skip
        if self._span is not None:
            self._span.set_attributes(
                self._attributes(event.counts)
                | {f"{_SPAN}.{name}": getattr(event, name) for name in ("scope", "run_id", "status", "reason")}
            )
            if event.status == "failed":
                from opentelemetry.trace import StatusCode  # noqa: PLC0415 - optional

                self._span.set_status(StatusCode.ERROR, event.reason)

    def _extra(self, **known: object) -> dict[str, object]:
        return {"scope": self.scope, "run": self.run, "run_id": "", "counts": {}, "status": "", "reason": "", **known}

    def _attributes(self, counts: Any) -> dict[str, Any]:  # noqa: ANN401 - OpenTelemetry's own type of values
        return {f"{_SPAN}.scope": self.scope} | {f"{_SPAN}.{name}": number for name, number in counts.items()}

    def _seconds(self) -> float:
        return time.perf_counter() - self._began

    def _at(self, moment: float) -> int:
        return self._wall + int((moment - self._began) * _NS)


def _emit(event: Event, log: logging.Logger) -> None:
    for listener in tuple(_listeners):
        try:
            listener(event)
        except Exception:
            log.exception("An observer failed; the run goes on")


def _in_words(counts: Any) -> str:  # noqa: ANN401 - a mapping of numbers
    return "".join(f", {number:,} {name.replace('_', ' ')}" for name, number in counts.items())


def _tracer() -> "Tracer | None":
    """OpenTelemetry's tracer, where its API is installed. Without a provider it costs next to nothing."""
    try:
        from opentelemetry import trace  # noqa: PLC0415 - optional, and dear to import
    except ImportError:
        return None
    return trace.get_tracer("guardiansync")
