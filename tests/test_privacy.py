"""Nobody's name, address or number is in a log line or an exception, however much is logged and whatever goes wrong."""

import io
import logging
import re
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from evenings import HEADER
from stores.postgres_server import execute, fresh_schema, running_server

import guardiansync as gs
from guardiansync.stores.protocol import Store
from guardiansync.testing.fault import Fault
from guardiansync.testing.sftp_server import SftpServer

STUDENTS = [f"S{number}" for number in range(12)]
SCOPE = gs.District("d-9")


def person(number: int) -> list[str]:
    """First name, last name, email and mobile that occur nowhere else."""
    tag = "".join(chr(ord("q") + int(digit)) for digit in f"{number:02}")
    return [f"Zyx{tag}wana", f"Quorv{tag}ski", f"zq{tag}.vonk@family.example", f"(415) 555-2{number:03}"]


def rows(numbers: range) -> list[str]:
    return [f"S{number % 12},G{number},{','.join(person(number))},," for number in numbers]


GOOD = rows(range(24))
ODD = [
    "S1,G30," + ",".join([*person(30)[:2], "zqtq.vonk@@family.example", "not a number 4155552030"]) + ",,",
    f'S2,G31,,"{person(31)[1]}, {person(31)[0]}",{person(31)[2]},,,',
    f"S3,G0,{','.join(person(32))},,",  # another person's row under a known id
    f"S4,G33,{person(33)[0]},{person(33)[1]},,,,",  # no contact
    f"S5,G34,{person(34)[0]}ж,{person(34)[1]},{person(34)[2]},,,",  # mixed scripts
    f"S6,,{','.join(person(35))},,",
    f"NOBODY,G36,{','.join(person(36))},,",
    f"S7,G37,{','.join(person(37))},,,,,stray",
    f"S8,T1,{','.join(person(38))},,",
    f"S9,G39,{person(39)[0]}Ã©,{person(39)[1]},{person(39)[2]}; other.{person(39)[2]},,,Klingon",
]
PERSONAL = sorted(
    {text for number in range(100) for text in person(number)}
    | {re.sub(r"\D", "", person(number)[3]) for number in range(100)}
    | {f"{person(number)[2].partition('@')[0]}" for number in range(100)}
)


class Everything(logging.Handler):
    """All that any logger says, with its extras, its exception and the exceptions behind that."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.texts: list[str] = []
        self.loggers: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.loggers.add(record.name)
        self.texts += [record.getMessage(), repr(record.__dict__)]
        if record.exc_info and record.exc_info[1]:
            self.texts.append(told(record.exc_info[1]))


@pytest.fixture
def log() -> Iterator[Everything]:
    """The root's handler, with every logger there is at DEBUG, warnings among them."""
    known: list[Any] = [logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))]
    levels = [(logger, logger.level) for logger in known]
    everything = Everything()
    logging.getLogger().addHandler(everything)
    for logger, _ in levels:
        logger.setLevel(logging.DEBUG)
    asyncssh.set_debug_level(2)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        try:
            yield everything
        finally:
            logging.captureWarnings(capture=False)
            asyncssh.set_debug_level(1)
            logging.getLogger().removeHandler(everything)
            for logger, level in levels:
                logger.setLevel(level)


def told(error: BaseException) -> str:
    """All that an exception says, and those behind it; their attributes too."""
    texts = ["".join(traceback.format_exception(error))]
    behind: BaseException | None = error
    while behind is not None:
        texts += [str(behind), repr(behind), repr(vars(behind)), repr(getattr(behind, "__notes__", ""))]
        behind = behind.__cause__ or behind.__context__
    return "\n".join(texts)


def assert_nobody_is_named(*texts: str) -> None:
    for text in texts:
        found = [personal for personal in PERSONAL if personal.casefold() in text.casefold()]
        assert not found, f"{found} in {text[:2000]}"


def put(server: SftpServer, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> None:
    (server.folder / "guardians.csv").write_bytes("\n".join([header, *lines, ""]).encode(encoding))


def settings(server: SftpServer, **changes: Any) -> gs.SyncSettings:
    where = {name: changes.pop(name) for name in ("password", "host_key", "path") if name in changes}
    location = server.location(settle_s=0, retries=0, **where)
    return gs.SyncSettings(scope=SCOPE, enabled=True, location=location, **changes)


def load(store: Store) -> None:
    names = ("sis_id", "first_name", "last_name", "email", "sms")
    staff = [dict(zip(names, [f"T{number}", *person(number)], strict=True)) for number in (1, 2, 50)]
    students = [
        {"student_sis_id": one, "first_name": person(60 + at)[0], "last_name": person(60 + at)[1]}
        for at, one in enumerate(STUDENTS)
    ]
    gs.load_roster(store, SCOPE, students=students, staff=staff)


def failing(action: Callable[[], object]) -> str:
    with pytest.raises(gs.GuardianSyncError) as caught:
        action()
    return told(caught.value)


def test_what_is_looked_for_would_be_found(log: Everything) -> None:
    logging.getLogger("guardiansync.sync").debug("for %s", person(7)[2].upper())
    logging.getLogger("guardiansync.sync").debug("extras", extra={"who": person(8)[0]})
    warnings.warn(person(9)[1], stacklevel=1)
    try:
        int(person(10)[3])
    except ValueError:
        logging.getLogger("any").exception("behind it")
    assert {"guardiansync.sync", "py.warnings", "any"} <= log.loggers
    for personal in (person(7)[2], person(8)[0], person(9)[1], person(10)[3]):
        (text, *_) = [text for text in log.texts if personal.casefold() in text.casefold()]
        with pytest.raises(AssertionError):
            assert_nobody_is_named(text)


def test_runs_that_succeed_are_held_and_change_nothing(sftp: SftpServer, log: Everything, tmp_path: Path) -> None:
    events: list[gs.Event] = []
    observation = gs.observe(events.append)
    store = gs.open_store(f"sqlite:///{tmp_path}/roster.db")
    load(store)
    put(sftp, *GOOD)
    texts = [str(gs.check(settings(sftp), store))]
    first = gs.sync(settings(sftp), store)
    assert first.status == "applied"
    put(sftp, *GOOD, *ODD)
    odd = gs.sync(settings(sftp), store)
    assert len(odd.findings.counts()) > 8
    put(sftp, *GOOD[:5])
    held = gs.sync(settings(sftp), store)
    assert "threshold" in held.reasons
    texts.append(gs.sync(settings(sftp), store).to_json())
    texts += [each for report in (first, odd, held) for each in (str(report), repr(report.findings), report.to_json())]
    texts += [report.to_csv() for report in (first, odd, held)]
    texts += [str(finding) for finding in odd.findings]
    feed = gs.read_feed((sftp.folder / "guardians.csv").read_bytes())
    texts += [str(feed), repr(feed), feed._repr_html_()]
    texts += [str(gs.explain(store, SCOPE, guardian_sis_id="G0")), repr(gs.explain(store, SCOPE, student_sis_id="S0"))]
    texts += [repr(gs.run_daily([settings(sftp)], store)), repr(store), repr(settings(sftp)), repr(odd)]
    planned = gs.plan(settings(sftp), store)
    texts += [
        repr(planned),
        str(planned),
        repr(store.roster(SCOPE)),
        repr(planned.frames),
        *map(repr, store.changes(first.run_id, SCOPE)),
    ]
    assert {"asyncssh", "guardiansync.sync", "guardiansync.load_roster", "guardiansync.plan"} <= log.loggers
    observation.stop()
    assert_nobody_is_named(*texts, *log.texts, repr(events))


@pytest.mark.parametrize(
    ("fault", "changes"),
    [
        (Fault(drop_after=100), {}),
        (Fault(truncate_after=400), {}),
        (Fault(deny_read=True), {}),
        (Fault(), {"password": "wrong"}),
        (Fault(), {"host_key": f"SHA256:{'A' * 43}"}),
        (Fault(), {"encoding": "utf-16"}),
        (Fault(), {"encoding": "idna"}),
        (Fault(), {"max_bytes": 300}),
        (Fault(), {"columns": {"firstName": "studentSisId"}}),
        (Fault(), {"daily_sync_level": "school"}),
    ],
)
def test_runs_that_fail(sftp: SftpServer, log: Everything, fault: Fault, changes: dict[str, Any]) -> None:
    store = gs.open_store("memory://")
    load(store)
    put(sftp, *GOOD, *ODD)
    sftp.misbehave(fault)
    said = failing(lambda: gs.sync(settings(sftp, **changes), store))
    assert_nobody_is_named(
        said, str(gs.check(settings(sftp, **changes), store)), repr(store.runs(SCOPE)["message"].to_list()), *log.texts
    )


@pytest.mark.parametrize(
    "data",
    [
        "\n".join(GOOD).encode(),  # without a header
        ("studentSisId,guardianSisId\n" + "\n".join(GOOD)).encode(),
        ("\n".join([HEADER.replace("firstName", person(3)[2]), *GOOD])).encode(),
        ("\n".join([HEADER, *GOOD]) + person(2)[2]).encode("utf-16")[:-1],
        b"\xff\xfe" + "\n".join([HEADER, *GOOD]).encode("utf-8"),
        ("\n".join([HEADER, *GOOD, f'S1,G9,"{person(9)[0]}'])).encode() + b"\x00",
        b"PK\x03\x04" + "\n".join(GOOD).encode(),
        "".join(GOOD).encode() * 2000,
    ],
    ids=[
        "no header",
        "columns lack",
        "a person in the header",
        "half a letter",
        "not utf-16",
        "a NUL",
        "no zip",
        "one line",
    ],
)
def test_files_that_are_no_guardians_files(log: Everything, data: bytes) -> None:
    store = gs.open_store("memory://")
    load(store)
    wanted = gs.SyncSettings(scope=SCOPE, enabled=True)
    assert_nobody_is_named(
        failing(lambda: gs.sync(wanted, store, io.BytesIO(data))), str(gs.check(wanted, store, data)), *log.texts
    )


def test_a_database_that_refuses_a_row_is_not_quoted(log: Everything) -> None:
    with running_server() as server, fresh_schema(server) as url:
        store = gs.open_store(url)
        load(store)
        execute(url, f"ALTER TABLE account ADD CONSTRAINT picky CHECK (email <> '{person(5)[2]}')")
        data = "\n".join([HEADER, *GOOD, ""]).encode()
        said = failing(lambda: gs.sync(gs.SyncSettings(scope=SCOPE, enabled=True), store, data))
    assert "picky" in said
    assert_nobody_is_named(said, *log.texts)
