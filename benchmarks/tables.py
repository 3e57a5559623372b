"""Reads polluted CSV files, and a million rows, with guardiansync and with what else one would use.

    pip install -e '.[bench]'
    python benchmarks/tables.py                # rows recovered, then the times
    python benchmarks/tables.py --rows 0       # rows recovered only

Nobody is told anything of the files: each reader finds the encoding, the dialect and the header as it does by default;
readers without a detector of encodings get the text that `decode("utf-8-sig", errors="replace")` gives. All read every
cell as text, where they can be told to. A row counts when all of its cells are right; a row that is not in the file, or
that is wrong, counts against the reader as much as one that is missing.
"""

import argparse
import csv
import io
import statistics
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import clevercsv
import duckdb
import pandas as pd
import polars as pl
from polluted import HEADER, Case, Row, cases

from guardiansync.feed.header import read_header
from guardiansync.feed.table import read_rows, read_table
from guardiansync.testing.district_file import district_file

Reader = Callable[[bytes], tuple[Row, list[Row]]]
"""Gives the header and the rows."""


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", errors="replace")


def _cells(row: tuple[object, ...]) -> Row:
    return tuple("" if cell is None else str(cell) for cell in row)


def ours(data: bytes) -> tuple[Row, list[Row]]:
    """guardiansync, told nothing, not even the names of columns."""
    table = read_table(data)
    return table.header, [row[1:] for row in table.rows.iter_rows()]


def with_csv(data: bytes) -> tuple[Row, list[Row]]:
    """Python's csv."""
    header, *rows = csv.reader(io.StringIO(_text(data), newline=""))
    return tuple(header), [tuple(row) for row in rows if row]


def with_sniffer(data: bytes) -> tuple[Row, list[Row]]:
    """Python's csv with the dialect that its Sniffer finds."""
    text = _text(data)
    header, *rows = csv.reader(io.StringIO(text, newline=""), csv.Sniffer().sniff(text, ",;\t|"))
    return tuple(header), [tuple(row) for row in rows if row]


def with_pandas(data: bytes) -> tuple[Row, list[Row]]:
    """Its detection of the delimiter, and everything text."""
    frame = pd.read_csv(
        io.StringIO(_text(data), newline=""), sep=None, engine="python", dtype=str, keep_default_na=False,
        on_bad_lines="skip", index_col=False,
    )  # fmt: skip
    return tuple(frame.columns), [_cells(row) for row in frame.itertuples(index=False, name=None)]


def with_polars(data: bytes) -> tuple[Row, list[Row]]:
    """As it comes, but for text instead of types."""
    frame = pl.read_csv(_text(data).encode(), infer_schema=False)
    return tuple(frame.columns), [_cells(row) for row in frame.iter_rows()]


def with_lenient_polars(data: bytes) -> tuple[Row, list[Row]]:
    """As lenient as it can be told to be."""
    frame = pl.read_csv(_text(data).encode(), infer_schema=False, ignore_errors=True, truncate_ragged_lines=True)
    return tuple(frame.columns), [_cells(row) for row in frame.iter_rows()]


def _duckdb(data: bytes, options: str) -> tuple[Row, list[Row]]:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(data)
        file.flush()
        with duckdb.connect() as connection:
            found = connection.execute(f"FROM read_csv('{file.name}', all_varchar = true{options})")
            assert found.description is not None
            return tuple(column[0] for column in found.description), [_cells(row) for row in found.fetchall()]


def with_duckdb(data: bytes) -> tuple[Row, list[Row]]:
    """As it comes, but for text instead of types."""
    return _duckdb(data, "")


def with_lenient_duckdb(data: bytes) -> tuple[Row, list[Row]]:
    """As lenient as it can be told to be."""
    return _duckdb(data, ", ignore_errors = true, strict_mode = false")


def with_clevercsv(data: bytes) -> tuple[Row, list[Row]]:
    """The dialect that it detects."""
    text = _text(data)
    dialect = clevercsv.Detector().detect(text)
    if dialect is None:
        raise ValueError("CleverCSV found no dialect")
    header, *rows = clevercsv.reader(io.StringIO(text, newline=""), dialect)
    return tuple(header), [tuple(row) for row in rows if row]


READERS: dict[str, Reader] = {
    "guardiansync": ours,
    "csv": with_csv,
    "Sniffer+csv": with_sniffer,
    "pandas": with_pandas,
    "Polars": with_polars,
    "Polars lenient": with_lenient_polars,
    "DuckDB": with_duckdb,
    "DuckDB lenient": with_lenient_duckdb,
    "CleverCSV": with_clevercsv,
}


def score(reader: Reader, case: Case) -> float:
    """How much of a file's rows is right, from 0 to 1: what is right, of what is there or was made up (Jaccard)."""
    try:
        header, rows = reader(case.data)
    except Exception:  # noqa: BLE001 - of any of eight libraries: no rows
        return 0.0
    # Columns without a name may be there or not, whatever they are called.
    if tuple(cell.strip().strip("'\"") for cell in header[: len(HEADER)]) != HEADER:
        # The header was taken for a row, or a title for the header: rows may be right all the same.
        rows = [row for row in rows if row[: len(HEADER)] != HEADER]
    got = Counter(row[: len(HEADER)] if not any(row[len(HEADER) :]) else row for row in rows)
    wanted = Counter(case.rows)
    return (got & wanted).total() / (got | wanted).total()


def recovered() -> str:
    """The table of scores, a line for each file."""
    names = list(READERS)
    lines = [f"{'':<44}" + "".join(f"{name.replace(' lenient', '~'):>13}" for name in names)]
    totals: dict[str, list[float]] = {name: [] for name in names}
    for case in cases():
        for name in names:
            totals[name].append(score(READERS[name], case))
        lines.append(f"{case.name:<44}" + "".join(f"{totals[name][-1]:>13.2f}" for name in names))
    count = len(totals["guardiansync"])
    lines.append(f"{f'mean of {count}':<44}" + "".join(f"{statistics.mean(totals[name]):>13.3f}" for name in names))
    whole = {name: sum(one == 1 for one in totals[name]) for name in names}
    lines.append(f"{'files with every row right':<44}" + "".join(f"{whole[name]:>13}" for name in names))
    return "\n".join([*lines, "~ lenient"])


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def times(rows: int, runs: int) -> str:
    """Seconds and ratios to a bare `polars.read_csv` of the same bytes, the two taking turns."""
    _, plain = district_file(rows)
    frame = pl.read_csv(plain, infer_schema=False)
    made = {"as it comes": plain, "all quoted, CRLF": _written(frame, quoted=True)}
    stray = plain.split(b"\n")
    for nth in range(5000, len(stray) - 1, 10_000):
        stray[nth] = stray[nth].replace(b",", b',"', 1)
    made["a stray quote in 10,000 rows"] = b"\n".join(stray)
    made["a line end in every row"] = _written(frame.with_columns(phone=pl.lit("12 Main St\nSpringfield, IL")))
    del stray, frame
    lines = [f"{f'{rows:,} rows':<32}{'Polars':>10}{'fast':>10}{'ratio':>8}{'careful':>10}{'ratio':>8}"]
    for name, data in made.items():
        head = read_header(data, "f")
        keep = {cell: nth for nth, cell in enumerate(head.cells)}
        taken: dict[str, list[float]] = {"polars": [], "fast": [], "careful": []}
        for _ in range(runs):
            taken["polars"].append(_timed(lambda data=data: pl.read_csv(data, ignore_errors=True)))  # type: ignore[misc] # bound now
            for lane in ("fast", "careful"):
                taken[lane].append(
                    _timed(
                        lambda data=data, head=head, keep=keep, lane=lane: read_rows(  # type: ignore[misc] # bound now
                            data, head, keep, careful=lane == "careful"
                        )
                    )
                )
        bare, fast, careful = (statistics.median(taken[lane]) for lane in ("polars", "fast", "careful"))
        lines.append(f"{name:<32}{bare:>10.2f}{fast:>10.2f}{fast / bare:>8.1f}{careful:>10.2f}{careful / bare:>8.1f}")
    return "\n".join(lines)


def _written(frame: pl.DataFrame, *, quoted: bool = False) -> bytes:
    out = io.BytesIO()
    frame.write_csv(out, quote_style="always" if quoted else "necessary", line_terminator="\r\n" if quoted else "\n")
    return out.getvalue()


def main() -> int:
    """Measure and print; 1 if another reader recovers as much."""
    parser = argparse.ArgumentParser(description="guardiansync's table beside other readers of CSV.")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the file that is timed; 0 for none")
    parser.add_argument("--runs", type=int, default=3, help="how often; the median counts")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    print(", ".join(f"{name} {version(name)}" for name in ("polars", "pyarrow", "duckdb", "pandas", "clevercsv")))
    print(f"\n{recovered()}\n")
    if options.rows:
        print(times(options.rows, options.runs))
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
