"""The tables of a roster database: made in a new one, brought up to date in an older one."""

from importlib.resources import files

from guardiansync.stores.session import Session

SCHEMA_VERSION = 2


def create(session: Session) -> None:
    """Make the tables of this version."""
    _run(session, "schema.sql")


def bring_up(session: Session, version: int) -> None:
    """Bring an older version's tables up to this one, all under the lock of one transaction."""
    for step in range(version + 1, SCHEMA_VERSION + 1):
        _run(session, f"schema_{step}.sql")


def _run(session: Session, name: str) -> None:
    text = files("guardiansync.stores").joinpath(name).read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    for statement in "\n".join(lines).split(";"):
        if statement.strip():
            session.run(statement)
