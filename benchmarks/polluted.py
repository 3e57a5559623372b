"""Small files with one trouble each, made by code, with the rows that a person would read out of them.

What a row of the file cannot give (a stray quote, a missing cell) is not expected of anybody; nor is any row that is not
in the file. Rows count by their cells alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Row = tuple[str, ...]

HEADER: Row = ("studentSisId", "guardianSisId", "firstName", "lastName", "email", "sms")
ROWS: list[Row] = [
    (f"{number:07}", f"G-{number}", first, last, f"p{number}@example.org", f"415-555-{number:04}")
    for number, (first, last) in enumerate(
        [("Maria", "Alvarez"), ("José", "O'Hara"), ("Anna", "Müller"), ("Li", "Wei"), ("Sam", "Roe"), ("Ana", "Díaz")]
        * 5
    )
]


@dataclass
class Case:
    """One file.

    Attributes:
        name: Its trouble.
        data: The file.
        rows: What a person reads out of it.
    """

    name: str
    data: bytes
    rows: list[Row]


def _line(cells: Sequence[str], delimiter: str = ",", quote: str = "") -> str:
    return delimiter.join(f"{quote}{cell}{quote}" for cell in cells)


def _file(
    rows: Sequence[Row] = ROWS,
    *,
    end: str = "\n",
    delimiter: str = ",",
    quote: str = "",
    above: str = "",
    more: str = "",
) -> bytes:
    lines = [_line(row, delimiter, quote) + more for row in (HEADER, *rows)]
    return (above + end.join(lines) + end).encode()


def _with(line: str, at: int = 10, *, instead: bool = True) -> bytes:
    """The plain file with another line among its rows."""
    lines = [_line(row) for row in ROWS]
    lines[at : at + instead] = [line]
    return "\n".join([_line(HEADER), *lines, ""]).encode()


def _other(**cells: str) -> list[Row]:
    """The plain rows, the eleventh with other cells."""
    row = tuple(cells.get(name, cell) for name, cell in zip(HEADER, ROWS[10], strict=True))
    return [*ROWS[:10], row, *ROWS[11:]]


def cases() -> Iterator[Case]:
    """Every file."""
    yield from _dialects()
    yield from _around_rows()
    yield from _within_rows()


def _dialects() -> Iterator[Case]:
    for name, end in (("LF", "\n"), ("CRLF", "\r\n"), ("CR", "\r")):
        yield Case(f"line ends {name}", _file(end=end), ROWS)
    for name, delimiter in (("semicolon", ";"), ("tab", "\t"), ("bar", "|")):
        yield Case(f"delimiter {name}", _file(delimiter=delimiter), ROWS)
        yield Case(f"delimiter {name}, all quoted", _file(delimiter=delimiter, quote='"'), ROWS)
    yield Case("all cells in double quotes", _file(quote='"'), ROWS)
    yield Case("all cells in single quotes", _single(), ROWS)
    yield Case("no last line end", _file().rstrip(b"\n"), ROWS)
    yield Case("two last line ends", _file() + b"\n", ROWS)
    yield Case("CRLF, no last line end", _file(end="\r\n").rstrip(b"\r\n"), ROWS)
    yield Case("byte order mark", b"\xef\xbb\xbf" + _file(), ROWS)
    yield Case("UTF-16 with a mark", _file().decode().encode("utf-16"), ROWS)
    yield Case("Windows-1252", _file().decode().encode("cp1252"), ROWS)
    yield Case("sep= line, semicolon", _file(delimiter=";", above="sep=;\n"), ROWS)
    yield Case("sep= line, comma", _file(above="sep=,\n"), ROWS)


def _around_rows() -> Iterator[Case]:
    yield Case("a title", _file(above="Guardian export\n"), ROWS)
    yield Case("a title and a blank line", _file(above="Guardian export\n\n"), ROWS)
    yield Case("title lines with commas", _file(above="Springfield, School District\nPrinted 9/1/2026, 8:15\n"), ROWS)
    yield Case("Excel's title lines", _file(above="Guardian export,,,,,\n,,,,,\n"), ROWS)
    yield Case("a title in quotes", _file(above='"Guardians, all"\n'), ROWS)
    yield Case("blank lines above the header", _file(above="\n\n"), ROWS)
    yield Case("a comma after every line", _file(more=","), ROWS)
    yield Case("three commas after every line", _file(more=",,,"), ROWS)
    body = _file(more=",").split(b"\n", 1)
    yield Case("a comma after every row, not the header", _line(HEADER).encode() + b"\n" + body[1], ROWS)
    yield Case("the header ends with a comma, rows do not", _file().replace(b"\n", b",\n", 1), ROWS)
    yield Case("the header in the middle", _with(_line(HEADER), instead=False), ROWS)
    yield Case("the header three times", _file() + _file() + _file(), ROWS * 3)
    yield Case("blank lines in the middle", _with("\n\n", instead=False), ROWS)
    yield Case("rows of nothing but commas", _file() + b",,,,,\n" * 20, ROWS)
    yield Case("a row of nothing but commas in the middle", _with(",,,,,", instead=False), ROWS)


def _within_rows() -> Iterator[Case]:
    without = [*ROWS[:10], *ROWS[11:]]
    yield Case("a comma in a quoted cell", _with(_quoted("Roe, Jr.")), _other(lastName="Roe, Jr."))
    yield Case("doubled quotes in a cell", _with(_quoted('Roe ""Bud""')), _other(lastName='Roe "Bud"'))
    yield Case("doubled quotes and a comma", _with(_quoted('Roe ""Bud"", Jr.')), _other(lastName='Roe "Bud", Jr.'))
    yield Case("backslash before quotes", _with(_quoted('Roe \\"Bud\\", Jr.')), _other(lastName='Roe "Bud", Jr.'))
    yield Case("a line end in a quoted cell", _with(_quoted("Roe\nJr.")), _other(lastName="Roe\nJr."))
    yield Case("a CRLF in a quoted cell", _with(_quoted("Roe\r\nJr.")), _other(lastName="Roe\r\nJr."))
    yield Case("a blank line in a quoted cell", _with(_quoted("Roe\n\nJr.")), _other(lastName="Roe\n\nJr."))
    yield Case("a quote in a bare cell", _with(_bare('Roe 5"')), _other(lastName='Roe 5"'))
    yield Case("blanks before quoted cells", _spaced(), ROWS)
    yield Case("a stray quote", _with(_bare('"Roe')), without)
    early, late = list(ROWS), [row for nth, row in enumerate(ROWS) if nth not in (5, 15)]
    lines = [_line(row) for row in early]
    lines[5], lines[15] = _bare('"Roe', 5), _bare('"Roe', 15)
    yield Case("two stray quotes ten rows apart", "\n".join([_line(HEADER), *lines, ""]).encode(), late)
    yield Case("a stray quote at the first row", _with(_bare('"Roe', 0), 0), ROWS[1:])
    yield Case("a stray quote at the last row", _with(_bare('"Roe', 29), 29), ROWS[:-1])
    yield Case("a row with a cell too few", _with(_line(ROWS[10][:-1])), without)
    yield Case("a row with a cell too many", _with(_line((*ROWS[10], "x"))), without)
    yield Case("a row with a comma too many inside", _with(_bare("Roe, Jr.")), without)
    yield Case("a total below the rows", _file() + b"Total: 30\n", ROWS)
    yield Case("cut in the middle of a row", _file()[:-30], ROWS[:-1])
    yield Case("an id that looks like a number", _file(), ROWS)
    yield Case("cells that say NA and null", _with(_bare("NA")), _other(lastName="NA"))


def _quoted(last: str, at: int = 10) -> str:
    row = ROWS[at]
    return _line((*row[:3], f'"{last}"', *row[4:]))


def _bare(last: str, at: int = 10) -> str:
    row = ROWS[at]
    return _line((*row[:3], last, *row[4:]))


def _single() -> bytes:
    return _file([tuple(cell.replace("'", "''") for cell in row) for row in ROWS], quote="'")


def _spaced() -> bytes:
    return "\n".join(", ".join(f'"{cell}"' for cell in row) for row in (HEADER, *ROWS, ())).encode()
