"""What a run tells of itself: log records, events, spans, progress."""

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from evenings import ANN, BOB, Evenings, csv
from fsspec.callbacks import Callback
from fsspec.implementations.local import LocalFileSystem
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

import guardiansync as gs
from guardiansync.errors import SourceError
from guardiansync.model.run import Phase
from guardiansync.testing.sftp_server import SftpServer

ROWS = (f"S1,G1,{ANN},,", f"S2,G2,{BOB},,", "S3,,No,Id,no@example.org,,,")
SYNC_PHASES = {Phase.READ, Phase.ROSTER, Phase.PLAN, Phase.APPLY}


@pytest.fixture
def events() -> Iterator[list[gs.Event]]:
    heard: list[gs.Event] = []
    with gs.observe(heard.append):
        yield heard


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)
    return kept


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Iterator[InMemorySpanExporter]:
    exporter.clear()
    yield exporter
    exporter.clear()


def phases(events: list[gs.Event]) -> dict[Phase, gs.Event]:
    return {event.phase: event for event in events if event.phase is not None}


# --- events -------------------------------------------------------------------------------------------------------


def test_each_phase_and_the_whole_are_told_once(events: list[gs.Event]) -> None:
    district = Evenings()
    events.clear()
    report = district.sync(*ROWS)
    told = phases(events)
    assert told.keys() == SYNC_PHASES
    assert len(events) == 5
    assert told[Phase.READ].counts == {"rows": 3, "rows_skipped": 1}
    assert told[Phase.PLAN].counts == {"changes": 6, "holds": 0, "findings": 1}
    assert told[Phase.APPLY].counts == {"changes": 6, "left": 0}
    whole = events[-1]
    assert (whole.phase, whole.run, whole.scope) == (None, "sync", "d-1")
    assert (whole.status, whole.run_id, whole.reason) == ("applied", report.run_id, "")
    assert whole.counts["create_accounts"] == 2
    assert all(event.seconds >= 0 for event in events)
    assert sum(event.seconds for event in told.values() if event.phase is not Phase.ROSTER) <= whole.seconds


def test_fetching_is_told_with_its_bytes(sftp: SftpServer, events: list[gs.Event]) -> None:
    data = csv(*ROWS)
    (sftp.folder / "guardians.csv").write_bytes(data)
    district = Evenings(location=sftp.location(settle_s=0))
    events.clear()
    gs.plan(district.settings, district.store)
    assert phases(events).keys() == {Phase.FETCH, Phase.READ, Phase.ROSTER, Phase.PLAN}
    assert phases(events)[Phase.FETCH].counts == {"bytes": len(data)}
    assert (events[-1].run, events[-1].status, events[-1].counts["create_accounts"]) == ("plan", "planned", 2)


def test_a_school_reads_the_roster_after_the_file(events: list[gs.Event]) -> None:
    district = Evenings(scope=gs.School("s-1", "d-1"))
    events.clear()
    district.sync(*ROWS)
    assert [event.phase for event in events] == [Phase.READ, Phase.ROSTER, Phase.PLAN, Phase.APPLY, None]
    assert events[-1].scope == "d-1/s-1"


def test_a_failed_run_says_why_and_what_was_open(events: list[gs.Event], tmp_path: Path) -> None:
    district = Evenings(location=gs.FileLocation(str(tmp_path)))
    events.clear()
    with pytest.raises(gs.FileMissing):
        gs.sync(district.settings, district.store)
    assert [(event.status, event.reason) for event in events] == [("failed", "file-not-found")]
    events.clear()
    with pytest.raises(gs.UnreadableFile):
        gs.sync(district.settings, district.store, b"%PDF-1.7")
    assert {event.phase for event in events} == {Phase.READ, Phase.ROSTER, None}
    assert events[-1].reason == "unreadable-file"


def test_a_held_run_says_why(events: list[gs.Event]) -> None:
    district = Evenings()
    district.sync(*(f"S{n % 4 + 1},G{n},Ann{n},Lee,ann{n}@example.org,,," for n in range(12)))
    district.sync("S1,G1,Ann1,Lee,ann1@example.org,,,")
    assert (events[-1].status, events[-1].reason) == ("held", "threshold")


def test_other_runs_are_told_too(events: list[gs.Event]) -> None:
    district = Evenings()
    assert [(event.run, event.phase) for event in events] == [("load_roster", None)]
    report = district.sync(*ROWS)
    gs.undo(report.run_id, district.store)
    assert (events[-1].run, events[-1].scope, events[-1].status) == ("undo", "d-1", "applied")
    gs.apply(district.plan(*ROWS), district.store)
    assert [event.run for event in events if event.phase is None] == ["load_roster", "sync", "undo", "plan", "apply"]
    gs.migrate_level(district.store, gs.District("d-1"), "school", schools={"": gs.School("s-1", "d-1")})
    assert events[-1].run == "migrate_level"


def test_a_listener_that_fails_stops_no_run(caplog: pytest.LogCaptureFixture) -> None:
    def fails(_event: gs.Event) -> None:
        raise ZeroDivisionError

    heard: list[gs.Event] = []
    with gs.observe(fails), gs.observe(heard.append):
        assert Evenings().sync(*ROWS).status == "applied"
    assert heard[-1].status == "applied"
    assert "An observer failed" in caplog.text


def test_a_listener_hears_no_more_once_it_is_stopped() -> None:
    heard: list[gs.Event] = []
    observation = gs.observe(heard.append)
    other = gs.observe(heard.append)
    observation.stop()
    other.stop()
    Evenings()
    assert heard == []


def test_runs_at_once_are_not_mixed_up(events: list[gs.Event]) -> None:
    def run(name: str, rows: int) -> None:
        district = Evenings(scope=gs.District(name))
        district.sync(*(f"S1,G{n},Ann{n},Lee,ann{n}@example.org,,," for n in range(rows)))

    threads = [threading.Thread(target=run, args=(f"d-{rows}", rows)) for rows in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    read = {event.scope: event.counts["rows"] for event in events if event.phase is Phase.READ}
    assert read == {f"d-{rows}": rows for rows in range(1, 5)}


# --- logging ------------------------------------------------------------------------------------------------------


def test_records_carry_what_a_log_is_searched_for(caplog: pytest.LogCaptureFixture) -> None:
    district = Evenings()
    caplog.set_level(logging.DEBUG, "guardiansync")
    caplog.clear()
    report = district.sync(*ROWS)
    records: list[Any] = [record for record in caplog.records if record.name == "guardiansync.sync"]
    assert [record.phase for record in records if record.phase] == ["roster", "read", "plan", "apply"]
    assert all((record.scope, record.run) == ("d-1", "sync") for record in records)
    last = records[-1]
    assert (last.levelname, last.status, last.run_id) == ("INFO", "applied", report.run_id)
    assert last.counts["create_accounts"] == 2
    assert last.seconds > 0
    assert "d-1: sync applied in" in last.getMessage()


def test_what_needs_a_person_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    district = Evenings()
    caplog.set_level(logging.INFO, "guardiansync")
    with pytest.raises(gs.UnreadableFile):
        gs.sync(district.settings, district.store, b"%PDF-1.7")
    last: Any = caplog.records[-1]
    assert (last.name, last.levelname, last.reason) == ("guardiansync.sync", "WARNING", "unreadable-file")
    assert "PDF" in last.getMessage()


def test_what_another_library_says_of_its_failure_is_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def __getattr__(self, name: str) -> Any:
            raise LookupError("ann@example.org")

    caplog.set_level(logging.DEBUG, "guardiansync")
    store: Any = Broken()
    with pytest.raises(LookupError):
        gs.sync(Evenings().settings, store, csv(*ROWS))
    assert "LookupError" in caplog.text
    assert "ann@example.org" not in caplog.text


def test_a_program_that_does_not_log_sees_nothing() -> None:
    code = "import guardiansync as gs; gs.load_roster(gs.open_store('memory://'), gs.District('d'), students=[])"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""


# --- OpenTelemetry ------------------------------------------------------------------------------------------------


def test_a_sync_is_a_span_and_its_phases_are_within(spans: InMemorySpanExporter) -> None:
    district = Evenings()
    spans.clear()
    with trace.get_tracer("mine").start_as_current_span("evening"):
        report = district.sync(*ROWS)
    found = {span.name: span for span in spans.get_finished_spans()}
    assert found.keys() == {"evening", "guardiansync.sync", *(f"guardiansync.{phase}" for phase in SYNC_PHASES)}
    whole = found["guardiansync.sync"]
    assert whole.parent is not None
    assert whole.parent.span_id == found["evening"].context.span_id
    attributes = dict(whole.attributes or {})
    assert attributes["guardiansync.scope"] == "d-1"
    assert attributes["guardiansync.run_id"] == report.run_id
    assert attributes["guardiansync.create_accounts"] == 2
    for phase in SYNC_PHASES:
        span = found[f"guardiansync.{phase}"]
        assert span.parent is not None
        assert span.parent.span_id == whole.context.span_id
        assert whole.start_time is not None
        assert span.start_time is not None
        assert span.end_time is not None
        assert whole.end_time is not None
        assert whole.start_time - 1e7 <= span.start_time <= span.end_time <= whole.end_time + 1e7
    assert dict(found["guardiansync.read"].attributes or {})["guardiansync.rows"] == 3


def test_a_failed_sync_is_a_failed_span_without_what_an_exception_quotes(spans: InMemorySpanExporter) -> None:
    district = Evenings()
    spans.clear()
    with pytest.raises(gs.UnreadableFile):
        gs.sync(district.settings, district.store, b"%PDF-1.7")
    (whole,) = [span for span in spans.get_finished_spans() if span.name == "guardiansync.sync"]
    assert (whole.status.status_code, whole.status.description) == (StatusCode.ERROR, "unreadable-file")
    assert whole.events == ()


def test_without_opentelemetry_everything_works() -> None:
    code = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "import guardiansync as gs\n"
        "gs.load_roster(gs.open_store('memory://'), gs.District('d'), students=[{'student_sis_id': 'S1'}])\n"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


# --- progress by fsspec's callbacks -------------------------------------------------------------------------------


class Kept(Callback):  # type: ignore[misc] # fsspec has no types
    """A callback that keeps its children."""

    def __init__(self) -> None:
        super().__init__()
        self.children: dict[str, Kept] = {}
        self.closed = 0

    def branched(self, path_1: str, path_2: str, **_: object) -> Callback:  # noqa: ARG002 - fsspec's signature
        self.children[path_1] = Kept()
        return self.children[path_1]

    def close(self) -> None:
        self.closed += 1


def test_a_callback_counts_phases_and_bytes(sftp: SftpServer) -> None:
    data = csv(*ROWS)
    (sftp.folder / "guardians.csv").write_bytes(data)
    district = Evenings(location=sftp.location(settle_s=0))
    callback = Kept()
    gs.sync(district.settings, district.store, on_progress=gs.through_callback(callback))
    assert (callback.size, callback.value) == (5, 5)
    assert callback.children.keys() == {str(phase) for phase in Phase}
    assert (callback.children["fetch"].size, callback.children["fetch"].value) == (len(data), len(data))
    assert all(child.closed == 1 for child in callback.children.values())


def test_a_callback_without_children_counts_phases() -> None:
    district = Evenings()
    callback = Callback()
    gs.sync(district.settings, district.store, csv(*ROWS), on_progress=gs.through_callback(callback))
    assert callback.value == 4


def test_a_transfer_of_ones_own_is_told_as_a_phase(tmp_path: Path) -> None:
    (tmp_path / "there.csv").write_bytes(csv(*ROWS))
    told: list[tuple[Phase, int, int]] = []
    callback = gs.as_callback(lambda *progress: told.append(progress))
    LocalFileSystem().get_file(str(tmp_path / "there.csv"), str(tmp_path / "here.csv"), callback=callback)
    callback.set_size(10)
    callback.absolute_update(7)
    assert told[-1] == (Phase.FETCH, 7, 10)


def test_a_listener_hears_progress_and_still_everything_is_observed(events: list[gs.Event]) -> None:
    district = Evenings()
    told: list[Phase] = []
    gs.plan(district.settings, district.store, csv(*ROWS), on_progress=lambda phase, *_: told.append(phase))
    assert set(told) == {Phase.READ, Phase.ROSTER, Phase.PLAN}
    assert set(told) == phases(events).keys()
    with pytest.raises(SourceError):
        gs.plan(district.settings, district.store, "/no/such/file")
