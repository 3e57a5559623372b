"""What lies in SQLite files, asked through the store's own SQLite: Python's would corrupt them in one process."""

import subprocess
import sys
from pathlib import Path

import adbc_driver_sqlite.dbapi

from guardiansync.stores import Store, open_store


def rows_of(file: Path, sql: str) -> list[tuple[object, ...]]:
    with adbc_driver_sqlite.dbapi.connect(str(file), autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]


def at(file: Path) -> Store:
    return open_store(f"sqlite:///{file}")


def in_another_process(script: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", script, *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def by_sqlite3(file: Path, *statements: str) -> None:
    script = "import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as c:\n    [c.execute(s) for s in sys.argv[2:]]"
    in_another_process(script, str(file), *statements)
