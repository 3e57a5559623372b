"""The tables of a roster database: made in a new one, brought up to date in an older one.

There is one text for all databases, written for SQLite; the others say what they call differently.
"""

import re
from collections.abc import Callable
from importlib.resources import files

from guardiansync.stores.session import Session

SCHEMA_VERSION = 3

Dialect = Callable[[str], str]


def _as_it_stands(sql: str) -> str:
    return sql


def create(session: Session, dialect: Dialect = _as_it_stands) -> None:
    """Make the tables of this version."""
    run_file(session, "schema.sql", dialect)


def bring_up(session: Session, version: int, dialect: Dialect = _as_it_stands) -> None:
    """Bring an older version's tables up to this one, all in one transaction that nobody else is in."""
    for step in range(version + 1, SCHEMA_VERSION + 1):
        run_file(session, f"schema_{step}.sql", dialect)


def tables_of(version: int) -> set[str]:
    """The names of the tables of a version."""
    later = [f"schema_{step}.sql" for step in range(version + 1, SCHEMA_VERSION + 1)]
    return _made_by("schema.sql").difference(*map(_made_by, later))


def run_file(session: Session, name: str, dialect: Dialect = _as_it_stands) -> None:
    """Run the statements of a file, one by one: drivers run only the first of several."""
    lines = [line for line in _text(name).splitlines() if not line.startswith("--")]
    for statement in "\n".join(lines).split(";"):
        if statement.strip():
            session.run(dialect(statement))


def _made_by(name: str) -> set[str]:
    return set(re.findall(r"^CREATE TABLE (\w+)", _text(name), re.MULTILINE))


def _text(name: str) -> str:
    return files("guardiansync.stores").joinpath(name).read_text("utf-8")
