"""What a self-check says: a line for each thing, passed, warning, failed or not looked at."""

from collections.abc import Iterator
from enum import StrEnum
from html import escape
from typing import Final

import polars as pl
from attrs import field, frozen

from guardiansync.engine.near import PAIRS
from guardiansync.model.feed import FEED_ROWS

SAMPLE: Final = pl.Schema({name: dtype for name, dtype in FEED_ROWS.items() if name != "problem"})
"""The first rows of the file, as a sync would take them."""

_COLOURS: Final = {"passed": "#1b6e3c", "warning": "#8a5a00", "failed": "#b3261e", "not looked at": "#4a6572"}
_STYLE: Final = "text-align:left;vertical-align:top;padding:2px 12px 2px 0"


class Outcome(StrEnum):
    """How one line of a self-check came out."""

    PASSED = "passed"
    WARNING = "warning"
    """A sync would run; somebody should look at it first."""
    FAILED = "failed"
    """A sync would not run, or would do nothing of use."""
    NOT_LOOKED_AT = "not looked at"
    """Something that it needs has failed."""


class Step(StrEnum):
    """What is looked at, in this order."""

    ENABLED = "enabled"
    BLACKOUT = "blackout"
    REMOVALS = "removals"
    LEVEL = "level"
    CONNECTION = "connection"
    HOST_KEY = "host key"
    LOGIN = "login"
    FOLDER = "folder"
    FILE_NAME = "file name"
    AGE = "age"
    FILE = "file"
    ENCODING = "encoding"
    HEADER = "header"
    ROWS = "rows"
    STUDENTS = "students"
    STUDENT_IDS = "student ids"
    STAFF = "staff"
    FIRST_SYNC = "first sync"


@frozen
class CheckLine:
    """One thing that was looked at.

    Attributes:
        name: What was looked at.
        outcome: How it came out.
        message: What was found and, where it is not well, what to do. Without personal data.
    """

    name: Step
    outcome: Outcome
    message: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.outcome:>13}  {self.name}: {self.message}"


@frozen(eq=False)
class Checkup:
    """A self-check: what was looked at before the first evening.

    Its text and its repr hold no personal data and may be logged; what Jupyter and the command line show holds the
    sample rows too.

    Attributes:
        lines: Each thing, in the order a sync meets them.
        sample: The first rows of the file, as a sync would take them. Personal data.
        near_staff: Staff and guardians who may be one person and would have two accounts, as `possible_duplicates`
            lists them: ids, what agrees, what differs, and what to correct.
    """

    lines: tuple[CheckLine, ...]
    sample: pl.DataFrame = field(factory=SAMPLE.to_frame, repr=False)
    near_staff: pl.DataFrame = field(factory=PAIRS.to_frame, repr=False)

    @property
    def ok(self) -> bool:
        """Whether a sync would run; warnings do not stop it."""
        return self.worst is not Outcome.FAILED

    @property
    def worst(self) -> Outcome:
        """The gravest of the outcomes: failed, warning or passed."""
        met = {line.outcome for line in self.lines}
        return next((one for one in (Outcome.FAILED, Outcome.WARNING) if one in met), Outcome.PASSED)

    @property
    def frame(self) -> pl.DataFrame:
        """The lines as a frame: name, outcome, message."""
        rows = [(str(line.name), str(line.outcome), line.message) for line in self.lines]
        return pl.DataFrame(rows, schema=dict.fromkeys(("name", "outcome", "message"), pl.String()), orient="row")

    def __iter__(self) -> Iterator[CheckLine]:
        """Each line."""
        return iter(self.lines)

    def __str__(self) -> str:
        """All lines; not the sample rows."""
        return "\n".join(map(str, self.lines))

    def _repr_html_(self) -> str:
        """For Jupyter, with the sample rows. Everything that comes from outside is escaped."""
        rows = "".join(
            f'<tr><td style="{_STYLE};color:{_COLOURS[line.outcome]}">{line.outcome}</td>'
            f'<td style="{_STYLE}"><strong>{line.name}</strong></td>'
            f'<td style="{_STYLE};overflow-wrap:anywhere">{escape(line.message)}</td></tr>'
            for line in self.lines
        )
        return (
            f'<div style="font-family:system-ui,sans-serif;font-size:13px"><table><tbody>{rows}</tbody></table>'
            f"{self._sample_html()}</div>"
        )

    def _sample_html(self) -> str:
        if self.sample.is_empty():
            return ""
        head = "".join(f'<th style="{_STYLE}">{escape(name)}</th>' for name in self.sample.columns)
        cells = "".join(
            "<tr>" + "".join(f'<td style="{_STYLE}">{escape(str(cell))}</td>' for cell in row) + "</tr>"
            for row in self.sample.iter_rows()
        )
        return f"<p>The first rows, as a sync would take them:</p><table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>"


class Notes:
    """What was found so far, by step."""

    def __init__(self) -> None:
        self._lines: dict[Step, list[CheckLine]] = {}
        self._left_out: set[Step] = set()

    def passed(self, step: Step, message: str) -> None:
        """It is well."""
        self._note(step, Outcome.PASSED, message)

    def warn(self, step: Step, message: str) -> None:
        """Somebody should look at it."""
        self._note(step, Outcome.WARNING, message)

    def failed(self, step: Step, message: str) -> None:
        """It stops a sync."""
        self._note(step, Outcome.FAILED, message)

    def leave_out(self, *steps: Step) -> None:
        """These do not apply."""
        self._left_out |= set(steps)

    def has(self, step: Step) -> bool:
        """Whether anything was said of it."""
        return step in self._lines

    def is_well(self, step: Step) -> bool:
        """Whether it was looked at, and did not fail."""
        return self.has(step) and all(line.outcome is not Outcome.FAILED for line in self._lines[step])

    def lines(self) -> tuple[CheckLine, ...]:
        """A line for each step at least; those that nobody came to say what they wait for."""
        looked_at = [step for step in Step if step not in self._left_out]
        failed = [step for step in looked_at if self.has(step) and not self.is_well(step)]
        # The level stops nothing but the plan.
        waits_for = next((step for step in failed if step is not Step.LEVEL), Step.LEVEL)
        left = f"correct {waits_for} first, then check again"
        return tuple(
            line for step in looked_at for line in self._lines.get(step, [CheckLine(step, Outcome.NOT_LOOKED_AT, left)])
        )

    def _note(self, step: Step, outcome: Outcome, message: str) -> None:
        self._lines.setdefault(step, []).append(CheckLine(step, outcome, message))
