"""What came in: the file's rows, as text and cleaned, with what was found on the way."""

from datetime import datetime
from enum import StrEnum

import polars as pl
from attrs import field, frozen

from guardiansync.model.feed_page import FeedPage
from guardiansync.model.finding import Finding, Findings
from guardiansync.settings import FILE_COLUMNS

_TEXT = pl.String()
_NO_DOUBT = {"ascii": "every byte is ASCII", "utf-8": "all of it is valid UTF-8"}

FEED_DETAILS = ("first_name", "last_name", "email", "sms", "phone", "language")
"""What one row of the file says of its guardian."""

FEED_ROWS = pl.Schema(
    {
        "line": pl.UInt32(),
        "student_sis_id": _TEXT,
        "guardian_sis_id": _TEXT,
        **dict.fromkeys(FEED_DETAILS, _TEXT),
        "problem": _TEXT,
    }
)
"""The file's rows under our column names; text is never null and a column that the file lacks is blank. `line` is the
line the row starts on, from 1, the header's line included. `problem` is the code of the finding that says why the row
cannot be used, or ""; a row with a problem keeps what could be read of its ids."""

FRAME_NAMES = dict(zip(FILE_COLUMNS, (*FEED_ROWS.names()[1:3], *FEED_DETAILS), strict=True))
"""The file's columns, and what the frames call them."""

LINES = pl.Schema({"line": pl.UInt32(), "student_sis_id": _TEXT, "guardian_sis_id": _TEXT, "problem": _TEXT})
"""The file's rows without what they say of the guardian."""

PEOPLE = pl.Schema({"sis_id": _TEXT, **dict.fromkeys(FEED_DETAILS, _TEXT)})
"""What the file says of a guardian id, cleaned."""

DISAGREEING = pl.Schema({"line": pl.UInt32(), **PEOPLE})
"""What each row says of a guardian id whose rows do not all say the same, cleaned."""

KEYS = pl.Schema({"name_key": _TEXT, "email_key": _TEXT, "sms_key": _TEXT})
"""Identity keys: the case-folded name, the lower-cased email, the mobile in E.164; blank where there is none."""


class Incomplete(StrEnum):
    """Why a file is not all there (rule R5)."""

    NO_ROWS = "no rows"
    CUT_SHORT = "cut short"
    NO_IDS = "a row has neither id"


@frozen
class Encoding:
    """What a file was read as, and why.

    Attributes:
        name: The encoding, as Python calls it; "utf-8+cp1252" where lines of both stand in one file.
        confidence: How sure it is that the text is right, from 0 to 1.
        runner_up: The likeliest encoding that gives another text, or "".
        why: What decided, in words.
        lines: Up to five lines whose words decided, from 1.
    """

    name: str
    confidence: float = 1.0
    runner_up: str = ""
    why: str = ""
    lines: tuple[int, ...] = ()

    def __str__(self) -> str:
        """The name alone."""
        return self.name


@frozen(eq=False)
class Fetched:
    """A file as it came, with what is needed to know it again.

    Attributes:
        data: The bytes.
        name: The file's name.
        where: The location, without credentials.
        sha256: The digest of `data`, in hexadecimal.
        modified_at: When the file was last changed there, in UTC, if it can be known.
    """

    data: bytes = field(repr=False)
    name: str
    where: str
    sha256: str
    modified_at: datetime | None = None

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.data)


@frozen(eq=False)
class RawFeed:
    """A file's rows under our column names, as text, before anything is cleaned.

    Attributes:
        rows: Schema `FEED_ROWS`, the cells as they stand in the file: every record below the header is one row, those
            with too many or too few cells included (their problem is `ragged-row`).
        header: The header row as it stands in the file.
        encoding: What the file was read as, how sure that is, and why.
        findings: What was found while reading.
        cut_short: Whether the file ends in the middle of a row.
        dialect: How cells were told apart, in words.
    """

    rows: pl.DataFrame = field(repr=False)
    header: tuple[str, ...]
    encoding: Encoding
    findings: Findings
    cut_short: bool = False
    dialect: str = ""


@frozen(eq=False, repr=False)
class Feed:
    """A guardians file, read and cleaned.

    Most guardian ids say the same on all their rows; so what they say is kept once, and cleaned once.

    Attributes:
        lines: Schema `LINES`, one for each row of the file below the header.
        people: Schema `PEOPLE`, one for each guardian id whose rows all say the same.
        disagreeing: Schema `DISAGREEING`, one for each row of the other guardian ids.
        keys: Schema `KEYS`: for a school, the distinct usable identity keys of these rows, by which the store finds the
            people that other schools of the district know; for a district, whose roster is read whole, none.
        findings: What was found while reading and cleaning.
        name: The file's name.
        sha256: The digest of the file's bytes.
        size: The file's bytes.
        modified_at: When the file was last changed where it lay, in UTC, if known.
        header: The header row as it stands in the file.
        encoding: What the file was read as, how sure that is, and why.
        incomplete: Why the file is not all there; then nothing may be removed (rule R5).
        dialect: How cells were told apart, in words.
        noted: Schema `FEED_ROWS`: the rows with findings, as they stand in the file. For `cell`; never shown.
    """

    lines: pl.DataFrame
    people: pl.DataFrame
    disagreeing: pl.DataFrame
    keys: pl.DataFrame
    findings: Findings
    name: str
    sha256: str
    size: int
    modified_at: datetime | None
    header: tuple[str, ...]
    encoding: Encoding
    incomplete: Incomplete | None = None
    dialect: str = ""
    noted: pl.DataFrame = field(factory=FEED_ROWS.to_frame)

    @property
    def rows(self) -> pl.DataFrame:
        """Every row with what it says, cleaned: schema `FEED_ROWS`."""
        alike = self.lines.join(self.people, left_on="guardian_sis_id", right_on="sis_id", how="left")
        apart = self.disagreeing.rename({name: f"own_{name}" for name in FEED_DETAILS}).drop("sis_id")
        details = (pl.coalesce(f"own_{name}", name, pl.lit("")).alias(name) for name in FEED_DETAILS)
        return alike.join(apart, on="line", how="left").with_columns(details).select(FEED_ROWS.names()).sort("line")

    @property
    def row_count(self) -> int:
        """How many rows the file has below its header."""
        return self.lines.height

    @property
    def skipped_count(self) -> int:
        """How many of them cannot be used, whatever the roster says."""
        return self.lines.filter(pl.col("problem") != "").height

    def cell(self, finding: Finding) -> str:
        """What stands in the cell that a finding is about, letter by letter as in the file.

        This is personal data, which is why no finding, report or log shows it by itself.

        Args:
            finding: One of this file's, those of a plan included.

        Returns:
            The cell; "" where the finding is about a whole line or file, or about a column that the file lacks.
        """
        name = FRAME_NAMES.get(finding.column)
        if name is None:
            return ""
        for rows in (self.noted, self.lines):
            if name in rows.columns:
                for cell in rows.filter(pl.col("line") == finding.line)[name]:
                    return str(cell)
        return ""

    def __repr__(self) -> str:
        """Not what the rows say: a repr ends in logs."""
        return f"<Feed {self.name}: {self.row_count:,} rows, {len(self.findings):,} findings>"

    def __str__(self) -> str:
        """A screen for a person."""
        return self._page().as_text()

    def _repr_html_(self) -> str:
        """The same for Jupyter."""
        return self._page().as_html()

    def _page(self) -> FeedPage:
        skipped = self.skipped_count
        facts = [
            ("file", f"{self.size:,} bytes, sha256 {self.sha256[:12]}…"),
            ("encoding", self._encoding()),
            ("dialect", self.dialect),
            ("rows", f"{self.row_count:,}: {self.row_count - skipped:,} usable, {skipped:,} not"),
        ]
        if self.incomplete:
            facts.append(("", f"incomplete: {self.incomplete}; nothing will be removed"))
        if not self.findings:
            facts.append(("findings", "none"))
        return FeedPage(self.name, [(word, fact) for word, fact in facts if fact], self.findings)

    def _encoding(self) -> str:
        chosen = self.encoding
        said = f"{chosen}, {chosen.confidence:.0%} sure" if chosen.confidence < 1 else str(chosen)
        why = [chosen.why or _NO_DOUBT.get(chosen.name, "")]
        if chosen.runner_up:
            why.append(f"next would be {chosen.runner_up}")
        if chosen.lines:
            why.append(f"decided by lines {', '.join(map(str, chosen.lines))}")
        return ": ".join(part for part in (said, "; ".join(filter(None, why))) if part)
