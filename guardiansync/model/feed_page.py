"""A feed on one screen: what the file is, how it was read, what was found. Nobody's data is on it."""

from collections.abc import Sequence
from html import escape

import polars as pl
from attrs import frozen

from guardiansync.model.catalogue import CATALOGUE, Kind, Severity
from guardiansync.model.finding import Findings

_GROUPS_SHOWN = 12
_LINES_SHOWN = 8
_COLUMNS_SHOWN = 3
_HEAD = ("", "finding", "count", "column", "lines", "what to do")
_COLOURS = {Severity.ERROR: "#b3261e", Severity.WARNING: "#8a5a00", Severity.NOTE: "#4a6572"}
_STYLE = "text-align:left;vertical-align:top;padding:2px 12px 2px 0"


@frozen
class _Group:
    """The findings of one code."""

    kind: Kind
    count: int
    columns: str
    lines: str


@frozen
class FeedPage:
    """What is shown of a feed.

    Attributes:
        name: The file's name.
        facts: What there is to say of it, each under a word.
        findings: What was found.
    """

    name: str
    facts: Sequence[tuple[str, str]]
    findings: Findings

    def as_text(self) -> str:
        """For a terminal."""
        groups, more = self._groups()
        lines = [self.name, *(f"  {word:<9} {fact}" for word, fact in self.facts)]
        width = max((len(group.kind.code) for group in groups), default=0)
        for group in groups:
            where = f"{group.columns} {group.lines}".strip()
            lines.append(f"  {group.kind.severity:<9} {group.count:>7,} {group.kind.code:<{width}} {where}".rstrip())
        return "\n".join([*lines, *([f"  {more}"] if more else [])])

    def as_html(self) -> str:
        """For Jupyter. Everything that comes from the file is escaped."""
        groups, more = self._groups()
        facts = "".join(
            f'<tr><th style="{_STYLE};font-weight:normal;opacity:.7">{escape(word)}</th>'
            f'<td style="{_STYLE};white-space:pre-wrap;overflow-wrap:anywhere">{escape(fact)}</td></tr>'
            for word, fact in self.facts
        )
        head = "".join(f'<th style="{_STYLE}">{word}</th>' for word in _HEAD)
        found = "".join(map(_row, groups))
        table = f'<table style="margin-top:6px"><thead><tr>{head}</tr></thead><tbody>{found}</tbody></table>'
        return (
            f'<div style="font-family:system-ui,sans-serif;font-size:13px"><strong>{escape(self.name)}</strong>'
            f"<table><tbody>{facts}</tbody></table>{table if groups else ''}{f'<p>{more}</p>' if more else ''}</div>"
        )

    def _groups(self) -> tuple[list[_Group], str]:
        """By code, the gravest first; and how many are not shown."""
        frame = self.findings.frame
        lines = pl.col("line").filter(pl.col("line") > 0).unique().sort()
        by_code = frame.group_by("code").agg(
            count=pl.len(),
            columns=pl.col("column").filter(pl.col("column") != "").unique().sort(),
            lines=lines.head(_LINES_SHOWN),
            line_count=lines.len(),
        )
        groups = [
            _Group(CATALOGUE[code], count, _named(columns), _listed(first, line_count))
            for code, count, columns, first, line_count in by_code.iter_rows()
        ]
        order = list(Severity)
        groups.sort(key=lambda group: (order.index(group.kind.severity), -group.count, group.kind.code))
        rest = len(groups) - _GROUPS_SHOWN
        return groups[:_GROUPS_SHOWN], f"and {rest} more kinds of findings" if rest > 0 else ""


def _row(group: _Group) -> str:
    kind = group.kind
    cells = (
        f'<span style="color:{_COLOURS[kind.severity]}">{kind.severity}</span>',
        f'{escape(kind.title)} <code style="white-space:nowrap">{escape(kind.code)}</code>',
        f"{group.count:,}",
        escape(group.columns),
        escape(group.lines.removeprefix("lines ").removeprefix("line ")),
        escape(kind.remedy),
    )
    return "<tr>" + "".join(f'<td style="{_STYLE}">{cell}</td>' for cell in cells) + "</tr>"


def _named(columns: Sequence[str]) -> str:
    return ", ".join(columns[:_COLUMNS_SHOWN]) + (" …" if len(columns) > _COLUMNS_SHOWN else "")


def _listed(lines: Sequence[int], count: int) -> str:
    if not lines:
        return ""
    shown = ", ".join(map(str, lines))
    return f"line{'' if count == 1 else 's'} {shown}" + (" …" if count > len(lines) else "")
