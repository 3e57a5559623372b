"""What both lanes make of a stretch of lines: rows, and what is no row and why."""

from collections.abc import Callable, Mapping, Sequence

import polars as pl
from attrs import field, frozen

from guardiansync.feed.dialect import is_blank
from guardiansync.feed.header import Head

_SKIPPED = pl.Schema({"line": pl.UInt32(), "code": pl.String()})
_AROUND = " \t"
_BOM = "\ufeff"


@frozen
class Record:
    """A record that cannot be used.

    Attributes:
        line: The line it starts on.
        cells: Its cells, as far as they can be told apart, at most as many as the header has. Never shown: they are
            personal data.
        problem: What is wrong with it, in words.
        cut: Whether the file ends in the middle of it.
    """

    line: int
    cells: tuple[str, ...] = field(repr=False)
    problem: str
    cut: bool = False


@frozen(eq=False)
class Piece:
    """What a stretch of lines holds.

    Attributes:
        rows: `line` and the columns asked for, of the records that are whole.
        ragged: The records that are not, by line.
        skipped: `line` and `code`: the lines that are no record, and why.
    """

    rows: pl.DataFrame
    ragged: tuple[Record, ...]
    skipped: pl.DataFrame


class Misfits:
    """Gathers the records of a stretch that have another number of cells than a row has.

    Args:
        head: The file's header.
    """

    def __init__(self, head: Head) -> None:
        self.ragged: list[Record] = []
        self.blank: list[int] = []
        self._width = len(head.cells)
        self._row_width = head.row_width

    def add(self, line: int, cells: Sequence[str], problem: str = "", *, cut: bool = False) -> None:
        """Take one in; an empty line is none."""
        if not problem and not cells:
            return
        if not problem and is_blank(cells):
            self.blank.append(line)
            return
        count = len(cells)
        told = f"it has {count:,} cell{'' if count == 1 else 's'}, the header has {self._width:,}"
        if self._row_width != self._width:
            told += f" and most rows {self._row_width:,}"
        # A line of thousands of cells is not kept: nobody asks beyond the header.
        self.ragged.append(Record(line, tuple(cells[: self._width]), problem or told, cut))


def sift(
    frame: pl.DataFrame, head: Head, keep: Mapping[str, int], misfits: Misfits, whole: Callable[[], pl.DataFrame]
) -> Piece:
    """Take out of records that are wide enough those that are no rows: blank ones, and the header once more.

    Args:
        frame: `line`, and by position the columns of `keep` and those beyond the header.
        head: The file's header.
        keep: What to call the columns that are asked for, and their positions.
        misfits: The records of other widths.
        whole: Gives the same frame with every column.
    """
    skipped = [pl.DataFrame({"line": misfits.blank, "code": ["blank-row"] * len(misfits.blank)}, schema=_SKIPPED)]
    if frame.height:
        names = [cell.strip(_AROUND + _BOM) for cell in head.cells[: head.row_width]]
        first = min((position for position in keep.values() if position < head.row_width), default=0)
        value = frame[str(first)].str.strip_chars(_AROUND + _BOM)
        odd = (value == "") | (value == names[first])
        if odd.any():
            frame, taken = _without_odd(frame, odd, whole, names)
            skipped.append(taken)
    extra = [str(position) for position in range(len(head.cells), head.row_width)]
    if extra and frame.height:
        beyond = pl.any_horizontal(pl.col(name) != "" for name in extra)
        for line, *cells in frame.filter(beyond).iter_rows():
            at = dict(zip(frame.columns[1:], cells, strict=True))
            known = tuple(at.get(str(position), "") for position in range(len(head.cells)))
            misfits.add(line, known, "a cell stands beyond the last column")
        frame = frame.filter(~beyond)
    rows = frame.select(
        "line",
        *(
            pl.col(str(position)).alias(name) if position < head.row_width else pl.lit("").alias(name)
            for name, position in keep.items()
        ),
    )
    return Piece(rows, tuple(sorted(misfits.ragged, key=lambda one: one.line)), pl.concat(skipped))


def _without_odd(
    frame: pl.DataFrame, odd: pl.Series, whole: Callable[[], pl.DataFrame], names: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    looked_at = whole().filter(odd)
    bare = [pl.col(name).str.strip_chars(_AROUND + _BOM) for name in looked_at.columns[1:]]
    is_header = pl.all_horizontal(cell == name for cell, name in zip(bare, names, strict=False))
    taken = looked_at.select(
        "line",
        code=pl.when(
            pl.all_horizontal(cell.str.strip_chars(_AROUND) == "" for cell in map(pl.col, looked_at.columns[1:]))
        )
        .then(pl.lit("blank-row"))
        .when(is_header)
        .then(pl.lit("header-repeated"))
        .otherwise(pl.lit("")),
    ).filter(pl.col("code") != "")
    if taken.is_empty():
        return frame, taken
    return frame.filter(~frame["line"].is_in(taken["line"].implode())), taken
