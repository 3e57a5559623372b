"""Names and other text that were damaged before the file was written, found by columns. Nothing is repaired here."""

import re
from collections.abc import Sequence

import polars as pl

from guardiansync.model.finding import Findings, findings

NAME_COLUMNS = {"first_name": "firstName", "last_name": "lastName"}
"""The columns that are looked at, and how findings call them."""

LOST = "\ufffd"
_TRAIL = (
    "[\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019\u201c"
    "\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
)
_MANGLED = f"(?:[\u00c2-\u00c5\u00c8\u00cb\u00d0\u00d1]{_TRAIL}|[\u00e0-\u00ef]{_TRAIL}{{2}})"
"""What letters in UTF-8 become when they are read as Windows-1252: `Ã©`, `Å¡`, `â€™`."""
_RUNS = re.compile(f"{_MANGLED}+")
_QUESTION = r"\p{L}\?+\p{L}|\p{L}\?+$|^\?+\p{L}"
_TRACES = f"{_MANGLED}|{LOST}|\\?"
_MOST_TIMES = 3
_MISREADINGS = ("latin-1", "cp1252", "mac_roman", "cp437", "cp850")
"""Encodings that programs have taken UTF-8 for."""

_AS_OTHER = "letters in UTF-8 were read as another encoding"
_AS_LOST = "letters were replaced by the sign for unreadable ones"
_AS_QUESTION = "letters were replaced by question marks"


def may_be_damaged() -> pl.Expr:
    """Whether a row's names hold anything that damage leaves; nearly none does, and only these need a closer look."""
    return pl.any_horizontal(pl.col(name).str.contains(_TRACES) for name in NAME_COLUMNS)


def find_damage(rows: pl.DataFrame) -> Findings:
    """Say which names were damaged before they came; they stay as they are.

    Args:
        rows: Has `line`, the ids and `NAME_COLUMNS`, as text without nulls.
    """
    found = []
    for name, column in NAME_COLUMNS.items():
        text = pl.col(name)
        mangled, lost = text.str.contains(_MANGLED), text.str.contains(LOST, literal=True)
        asked = text.str.contains(_QUESTION)
        odd = rows.filter(mangled | lost | asked)
        said = (
            pl.when(mangled).then(pl.lit(_AS_OTHER)).when(lost).then(pl.lit(_AS_LOST)).otherwise(pl.lit(_AS_QUESTION))
        )
        found.append(findings("text-damaged", odd, column=column, detail=said))
    return Findings.concat(found)


def propose_repairs(rows: pl.DataFrame) -> pl.DataFrame:
    """What the damaged names probably were. This shows names: it is for whoever asks for cell values.

    Args:
        rows: As for `find_damage`.

    Returns:
        `line`, `column`, `found` and `repaired`, by line; `repaired` is null where the letters are gone.
    """
    parts = [
        rows.filter(pl.col(name).str.contains(f"{_MANGLED}|{LOST}|{_QUESTION}")).select(
            "line", pl.lit(column).alias("column"), pl.col(name).alias("found")
        )
        for name, column in NAME_COLUMNS.items()
    ]
    damaged = pl.concat(parts).sort("line", "column")
    distinct = damaged["found"].unique()
    return damaged.with_columns(
        repaired=pl.col("found").replace_strict(distinct, _repaired(distinct.to_list()), return_dtype=pl.String)
    )


def _repaired(texts: Sequence[str]) -> pl.Series:
    return pl.Series([repaired(text) for text in texts], dtype=pl.String)


def repaired(text: str) -> str | None:
    """The text as it was before its UTF-8 was read as Windows-1252, perhaps more than once; None where it is not that."""
    now = text
    for _ in range(_MOST_TIMES):
        before, now = now, _RUNS.sub(lambda run: _read_again(run[0]), now)
        if now == before:
            break
    return now if now != text and LOST not in now else None


def _read_again(run: str) -> str:
    # Python's cp1252 lacks five bytes that other programs read as controls.
    raw = b"".join(sign.encode("latin-1" if sign < "\u0100" else "cp1252") for sign in run)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return run


def is_damaged(frame: pl.DataFrame, new: str, old: str) -> pl.Series:
    """Which new values are the old ones damaged (U5): `José` as `JosÃ©`, `Jos?` or with a sign for unreadable letters.

    Args:
        frame: Has both columns, as text.
        new: The column that would replace the other.
        old: The column that is stored.
    """
    letters_were_lost = _without_letters(new) == _without_letters(old)
    may_be = (
        letters_were_lost & (pl.col(old).str.len_bytes() > pl.col(old).str.len_chars()) & (pl.col(new) != pl.col(old))
    )
    signs = pl.col(new).str.contains(f"[?{LOST}]")
    found = frame.select(candidate=may_be, damaged=may_be & signs)
    odd = frame.filter(found["candidate"] & ~found["damaged"]).select(new, old).unique()
    mangled = odd.filter([_reads_as(ours, theirs) for theirs, ours in odd.iter_rows()]) if odd.height else odd
    again = frame.select(new, old).with_columns(
        pl.struct(new, old).is_in(mangled.select(pl.struct(new, old)).to_series().implode()).alias("mangled")
        if mangled.height
        else pl.lit(value=False).alias("mangled")
    )
    return found["damaged"] | again["mangled"]


def _without_letters(name: str) -> pl.Expr:
    """Text with a mark for each run of letters beyond ASCII, or of what is put for them."""
    return pl.col(name).str.to_lowercase().str.replace_all(r"[^\x00-\x7f]+|\?+", LOST)


def _reads_as(stored: str, new: str) -> bool:
    if (repaired(new) or "").casefold() == stored.casefold():
        return True
    return any(stored.encode().decode(codec, "replace") == new for codec in _MISREADINGS)
