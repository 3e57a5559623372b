"""What lies in SQLite files, asked through the store's own SQLite: Python's would corrupt them in one process."""

from pathlib import Path

import adbc_driver_sqlite.dbapi


def rows_of(file: Path, sql: str) -> list[tuple[object, ...]]:
    with adbc_driver_sqlite.dbapi.connect(str(file), autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()]
