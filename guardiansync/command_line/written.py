"""What the command line writes into files."""

from pathlib import Path
from typing import Final

import polars as pl

from guardiansync.model.plan import Plan
from guardiansync.report import Report
from guardiansync.report.report import spreadsheet_safe

EXAMPLE: Final = """\
studentSisId,guardianSisId,firstName,lastName,email,sms,phone,language
0001234,G-5501,Maria,Alvarez,maria.alvarez@example.com,(415) 555-2671,,es
0001235,G-5501,Maria,Alvarez,maria.alvarez@example.com,(415) 555-2671,,es
0001234,G-5502,José,Alvarez,,415-555-2672,(415) 555-2600,es
0007310,G-6120,Anna,Müller,anna.mueller@example.org,,,English
"""
"""The example of the page about the guardians file."""


def write_text(path: Path, text: str) -> Path:
    """Write a text file in UTF-8, its folder too if it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def to_csv(frame: pl.DataFrame) -> str:
    """A frame as CSV, safe to open in a spreadsheet."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String()]
    return frame.with_columns(spreadsheet_safe(pl.col(name)).alias(name) for name in texts).write_csv()


def save_report(report: Report, folder: Path) -> tuple[Path, ...]:
    """Write a report as text, JSON and CSV, named by its run."""
    stem = folder / report.run_id
    return (
        write_text(stem.with_suffix(".txt"), f"{report}\n\n" + "".join(f"{finding}\n" for finding in report.findings)),
        write_text(stem.with_suffix(".json"), report.to_json()),
        write_text(stem.with_suffix(".csv"), report.to_csv()),
    )


def save_plan(plan: Plan, folder: Path) -> tuple[Path, ...]:
    """Write a dry run as text, and as CSV what would become of each row."""
    return (
        write_text(folder / "plan.txt", f"{plan}\n\n" + "".join(f"{finding}\n" for finding in plan.findings)),
        write_text(folder / "plan.csv", to_csv(plan.rows)),
    )
