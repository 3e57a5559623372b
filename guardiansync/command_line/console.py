"""How answers look at a terminal: the texts of the library, coloured, and tables. Plain where nobody looks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text as RichText

from guardiansync.check import Checkup, Outcome
from guardiansync.daily import DailyResult
from guardiansync.model.catalogue import CATALOGUE, Severity
from guardiansync.model.finding import Findings
from guardiansync.model.run import OnProgress, Phase
from guardiansync.progress import through_callback

if TYPE_CHECKING:
    from fsspec.callbacks import Callback

_WIDTH_OF_A_PIPE: Final = 200
_LINES_SHOWN: Final = 3
_HANGING: Final = "    "
_STATUS_STYLES: Final = {
    "applied": "green", "unchanged": "green", "held": "yellow", "failed": "bold red", "skipped": "dim", "busy": "red",
    "cut-off": "red",
}  # fmt: skip
_SEVERITY_STYLES: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
_OUTCOMES: Final = {
    Outcome.PASSED: ("✓", "green"), Outcome.WARNING: ("!", "yellow"), Outcome.FAILED: ("✗", "bold red"),
    Outcome.NOT_LOOKED_AT: ("·", "dim"),
}  # fmt: skip
_PHASES: Final = {
    Phase.FETCH: "fetching the file", Phase.READ: "reading it", Phase.ROSTER: "reading the roster",
    Phase.PLAN: "working out who is who", Phase.APPLY: "writing the roster",
}  # fmt: skip
_STEERS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Text(RichText):
    """A text from anywhere, with nothing in it that steers a terminal."""

    def __init__(self, text: str = "", style: str = "") -> None:
        super().__init__(_harmless(text), style)


def screen(*, stderr: bool = False) -> Console:
    """Standard output, or standard error, as it is now."""
    console = Console(stderr=stderr, highlight=False)
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, width=_WIDTH_OF_A_PIPE)


def say(text: str, style: str = "") -> None:
    """A text as it stands; nothing in it is taken for markup."""
    screen().print(Text(text, style=style), soft_wrap=not screen().is_terminal)


def complain(text: str) -> None:
    """One line on standard error."""
    screen(stderr=True).print(RichText.assemble(("Error: ", "bold red"), _harmless(text)), soft_wrap=True)


def show_text(text: str) -> None:
    """A plan's, report's or explanation's own text, with what matters coloured; its findings are left out.

    They come as a table, with what to do about each: see `show_findings`.
    """
    for line in text.splitlines():
        if re.match(r" *[\d,]+ findings: ", line):
            continue
        waits = re.match(r" +(waits|held): ", line) is not None
        shown = Text(line, "yellow" if waits else "")
        shown.highlight_regex(r"^ +[\d,]+(?= )", "bold")
        for status, style in _STATUS_STYLES.items():
            shown.highlight_regex(rf"(?<=: ){status}\b.*?(?=,|$)", style)
        console = screen()
        if console.is_terminal:
            first, *others = shown.wrap(console, console.width - len(_HANGING)) or [shown]
            console.print(first, *(Text(_HANGING) + other for other in others), sep="\n")
        else:
            console.print(shown, soft_wrap=True)


def show_findings(findings: Findings) -> None:
    """Each kind of finding once: how often, on which lines first, and what the district should do."""
    if not findings:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("lines", justify="right", style="bold")
    table.add_column("what was found")
    table.add_column("first on", style="dim")
    table.add_column("what to do")
    for code, count in findings.counts().items():
        kind = CATALOGUE[code]
        lines = findings.frame.filter((pl.col("code") == code) & (pl.col("line") > 0))["line"].unique().sort()
        shown = ", ".join(map(str, lines.head(_LINES_SHOWN))) + (" …" if lines.len() > _LINES_SHOWN else "")
        table.add_row(f"{count:,}", Text(kind.title, _SEVERITY_STYLES[kind.severity]), shown, kind.remedy)
    say("")
    _show_table(table)


def show_checkup(checkup: Checkup) -> None:
    """A tick, a mark or a cross for each thing that was looked at, and the first rows of the file."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for line in checkup:
        mark, style = _OUTCOMES[line.outcome]
        is_open = line.outcome is Outcome.NOT_LOOKED_AT
        message = f"not looked at: {line.message}" if is_open else line.message
        table.add_row(Text(mark, style), Text(line.name, "dim" if is_open else "bold"), Text(message))
    _show_table(table)
    if checkup.sample.height:
        say("")
        sample = _plain(*checkup.sample.columns)
        for row in checkup.sample.iter_rows():
            sample.add_row(*(Text(str(cell)) for cell in row))
        _show_table(sample)


def show_runs(runs: pl.DataFrame) -> None:
    """The journal, the newest run first."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("run", "kind", "status", "reason"):
        table.add_column(name, no_wrap=name == "run")
    for name in ("rows", "changes", "seconds"):
        table.add_column(name, justify="right")
    table.add_column("by")
    for run in runs.iter_rows(named=True):
        table.add_row(
            run["run_id"],
            run["kind"],
            Text(run["status"], _STATUS_STYLES.get(run["status"], "")),
            Text(run["reasons"]),
            f"{run['row_count']:,}",
            f"{run['changes']:,}",
            f"{run['duration_s']:.2f}",
            Text(run["actor"]),
        )
    _show_table(table)


def show_daily(result: DailyResult) -> None:
    """One district's evening, on one line."""
    why = f" ({result.reason})" if result.reason else ""
    told = f": {result.message}" if result.message else f", {result.rows:,} rows, {result.changes:,} changes"
    say(f"{result.scope}: {result.status}{why}{told}", _STATUS_STYLES.get(result.status, ""))


def show_pins(pins: pl.DataFrame) -> None:
    """Who is pinned as one person or never one, and the run that takes it back."""
    table = _plain("role", "is", "role", "run", "by")
    for pin in pins.iter_rows(named=True):
        one, other = (
            f"{pin[f'{which}kind']} {pin[f'{which}sis_id']} of {pin[f'{which}scope']}" for which in ("", "other_")
        )
        verdict = {"same": "the same as", "never_same": "never the same as"}[pin["verdict"]]
        table.add_row(*(Text(cell) for cell in (one, verdict, other, pin["run_id"], pin["actor"])))
    _show_table(table)


def show_denials(denials: pl.DataFrame) -> None:
    """Who is denied access to whom and why, and the run that takes it back."""
    table = _plain("guardian", "of", "student", "why", "run", "by")
    for denial in denials.select("guardian_sis_id", "scope", "student_sis_id", "why", "run_id", "actor").iter_rows():
        table.add_row(*map(Text, denial))
    _show_table(table)


def show_families(families: pl.DataFrame) -> None:
    """Students, each with their guardians below one another."""
    table = _plain("student", "", "school", "guardian", "", "email", "mobile", "account")
    before = ""
    for row in families.iter_rows(named=True):
        is_next = row["student_sis_id"] == before
        before = row["student_sis_id"]
        student = (before, _name(row["student_first_name"], row["student_last_name"]), row["school"])
        guardian = (
            row["guardian_sis_id"] or "nobody", _name(row["first_name"], row["last_name"]), row["email"], row["sms"],
            row["account_state"] + (", staff" if row["is_staff"] else ""),
        )  # fmt: skip
        table.add_row(*(Text("" if is_next else cell) for cell in student), *(Text(cell) for cell in guardian))
    _show_table(table)


def show_demo_line(line: str) -> None:
    """A line of the demo: headings stand out, and so do held runs and what agrees."""
    if line.startswith("# "):
        screen().print(Text(line.removeprefix("# "), "bold cyan"))
        return
    shown = Text(line)
    shown.highlight_regex(r"^  [a-z]+(?: [a-z]+)?(?=  )", "bold")
    shown.highlight_regex(r"\(\d+\.\d+ s\)$", "dim")
    shown.highlight_regex(r"(?<=  )(applied|unchanged)(?= \()", "green")
    shown.highlight_regex(r"(?<=  )held, reason \w+", "bold yellow")
    shown.highlight_regex(r"every number is the one.*", "green")
    screen().print(shown, soft_wrap=True)


@contextmanager
def progress() -> Iterator[OnProgress | None]:
    """A bar for each phase while a sync runs, on a terminal only; gone when it is done."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        yield through_callback(_bars(bars))


def _bars(bars: Progress) -> "Callback":
    """A bar for each phase, as fsspec's callbacks show several transfers."""
    from fsspec.callbacks import Callback  # noqa: PLC0415 - only where somebody looks on

    class Bar(Callback):  # type: ignore[misc] # fsspec has no types
        def __init__(self, task: TaskID) -> None:
            super().__init__()
            self._task = task

        def call(self, *_: object, **__: object) -> None:
            bars.update(self._task, completed=self.value, total=self.size or None, visible=True)

    class Bars(Callback):  # type: ignore[misc] # fsspec has no types
        def branched(self, path_1: str, path_2: str, **_: object) -> Callback:  # noqa: ARG002 - fsspec's signature
            return Bar(bars.add_task(_PHASES[Phase(path_1)], total=None, visible=False))

    return Bars()


def _harmless(text: str) -> str:
    return _STEERS.sub("?", text)


def _plain(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in columns:
        table.add_column(name)
    return table


def _show_table(table: Table) -> None:
    """Without blanks at the ends of lines where it goes into a file or another program."""
    console = screen()
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        console.print(Text(line.rstrip()), soft_wrap=True)


def _name(first: str, last: str) -> str:
    return f"{first} {last}".strip()
