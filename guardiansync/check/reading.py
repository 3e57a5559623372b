"""The file itself: encoding, header, rows. What people are called is shown in the sample only."""

from typing import Final

import polars as pl

from guardiansync.check.checkup import SAMPLE, Notes, Step
from guardiansync.errors import GuardianSyncError, HeaderNotFound, SettingsError, SourceError, UnreadableFile
from guardiansync.model.catalogue import CATALOGUE, Severity
from guardiansync.model.feed import FRAME_NAMES, Feed, Fetched
from guardiansync.model.finding import Findings
from guardiansync.settings import SyncSettings
from guardiansync.sync import read_feed

_SAMPLE_ROWS: Final = 3
_LINES_SHOWN: Final = 3
_UNPRINTABLE: Final = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]"


def look_at_rows(fetched: Fetched, settings: SyncSettings, notes: Notes) -> Feed | None:
    """Read the file as a sync would.

    Args:
        fetched: The file.
        settings: How it is read.
        notes: Gets the lines.

    Returns:
        What was read, where it is a guardians file.
    """
    came = f"{fetched.size:,} bytes came, whole"
    try:
        feed = read_feed(fetched, settings)
    except HeaderNotFound as error:
        notes.passed(Step.FILE, came)
        notes.passed(Step.ENCODING, "it can be read as text")
        notes.failed(Step.HEADER, str(error))
        return None
    except SettingsError as error:
        notes.passed(Step.FILE, came)
        notes.failed(Step.ENCODING, str(error))
        return None
    except (UnreadableFile, SourceError) as error:
        # Where the settings name an encoding, that is what the file is not.
        notes.failed(Step.ENCODING if _is_about_encoding(error, settings) else Step.FILE, str(error))
        return None
    notes.passed(Step.FILE, came)
    _tell_encoding(feed, notes)
    _tell_header(feed, settings.phone_column, notes)
    _tell_rows(feed, notes)
    return feed


def sample(feed: Feed) -> pl.DataFrame:
    """The first rows, with nothing in them that steers a terminal."""
    usable = feed.rows.filter(pl.col("problem") == "").head(_SAMPLE_ROWS)
    return usable.select(SAMPLE.names()).with_columns(pl.col(pl.String).str.replace_all(_UNPRINTABLE, "?"))


def tell_findings(found: Findings, step: Step, notes: Notes) -> None:
    """A warning for each kind of finding that somebody should look at.

    Args:
        found: What was found.
        step: Which step it belongs to.
        notes: Gets the lines.
    """
    for code, count in found.counts().items():
        kind = CATALOGUE[code]
        if kind.severity is Severity.NOTE:
            continue
        lines = found.frame.filter((pl.col("code") == code) & (pl.col("line") > 0))["line"].unique().sort()
        where = f", first on line {', '.join(map(str, lines.head(_LINES_SHOWN)))}" if lines.len() else ""
        notes.warn(step, f"{kind.title} ({code}), {count:,} times{where}. {kind.remedy}")


def _is_about_encoding(error: GuardianSyncError, settings: SyncSettings) -> bool:
    return isinstance(error, UnreadableFile) and settings.encoding is not None and "settings.encoding" in str(error)


def _only(found: Findings, step: Step) -> Findings:
    return Findings(found.frame.filter(pl.col("code").map_elements(_step_of, return_dtype=pl.String()) == str(step)))


def _step_of(code: str) -> str:
    if code.startswith("encoding-"):
        return str(Step.ENCODING)
    return str(Step.HEADER if code.startswith("column-") else Step.ROWS)


def _tell_encoding(feed: Feed, notes: Notes) -> None:
    found = _only(feed.findings, Step.ENCODING)
    if found:
        tell_findings(found, Step.ENCODING, notes)
    else:
        notes.passed(
            Step.ENCODING, f"{feed.encoding}: {feed.encoding.why}" if feed.encoding.why else str(feed.encoding)
        )


def _tell_header(feed: Feed, mobile: str, notes: Notes) -> None:
    found = _only(feed.findings, Step.HEADER)
    columns = f"{len(feed.header)} columns; {feed.dialect}"
    if any(CATALOGUE[code].severity is not Severity.NOTE for code in found.counts()):
        tell_findings(found, Step.HEADER, notes)
    else:
        notes.passed(Step.HEADER, columns)
    rows = feed.rows
    contacts = {"email": "email", mobile: FRAME_NAMES[mobile]}
    blank = [ours for ours, name in contacts.items() if not (rows[name] != "").any()]
    if blank and rows.height:
        notes.warn(
            Step.HEADER,
            f"{' and '.join(blank)}: no row has a usable one. See that the export has the column and fills it",
        )


def _tell_rows(feed: Feed, notes: Notes) -> None:
    usable = feed.row_count - feed.skipped_count
    told = f"{feed.row_count:,} rows below the header, {usable:,} of them usable"
    if feed.row_count and not usable:
        notes.failed(Step.ROWS, f"{told}: what is wrong with them stands below")
    elif feed.incomplete:
        notes.warn(Step.ROWS, f"{told}; the file is incomplete ({feed.incomplete}), so a sync would remove nothing")
    else:
        notes.passed(Step.ROWS, told)
    tell_findings(_only(feed.findings, Step.ROWS), Step.ROWS, notes)
