"""Rows of a database as tables, and back: ranges of keys, or only the rows that some changes name."""

from collections.abc import Callable, Iterable

import polars as pl
from polars import selectors as cs

from guardiansync.model.bulk import Changes
from guardiansync.model.change import STUDENT_DETAILS
from guardiansync.model.roster import (
    ACCOUNT_DETAILS,
    ROLE_DETAILS,
    AccountState,
    RoleKind,
    RoleState,
    StudentState,
    TieState,
)
from guardiansync.settings import Scope
from guardiansync.stores.session import Session, literal
from guardiansync.stores.tables import ACCOUNT, KEY_COLUMNS, ROLE, SCHEMAS, STUDENT, TIE, Tables, account_key, key_range

_SCHEMAS = {"account": ACCOUNT, "role": ROLE, "student": STUDENT, "guardianship": TIE}
_LEADING_KEY = {"account": "account_key", "role": "role_key", "student": "student_key", "guardianship": "role_key"}
_COLUMNS = {table: ", ".join(f"{table}.{name}" for name in schema) for table, schema in _SCHEMAS.items()}
_USUAL: dict[str, dict[str, str | bool]] = {
    "account": {
        "email_verified": False,
        "sms_verified": False,
        "state": str(AccountState.INVITED),
        "managed": True,
    },
    "role": {"kind": str(RoleKind.GUARDIAN), "state": str(RoleState.ACTIVE), "managed": True},
    "student": {"state": str(StudentState.ACTIVE)},
    "guardianship": {"state": str(TieState.ACTIVE), "managed": True},
}
"""What most rows have in these columns. Reading is dear by the cell, so of such rows these columns are not read."""

_FIXED = ("scope_key", "kind", "sis_id", "student_sis_id")
_SCAN_SHARE = 8
"""When more than one row in so many is named, reading the whole range is faster than looking rows up."""

_SAID = {"pin": "set_pins", "denial": "set_denials"}
"""The tables of what people said, few rows a district, and the changes that set them."""

_ELSEWHERE = pl.Schema({**ROLE, "scope": pl.String()})


def find(session: Session, scope: Scope) -> tuple[int | None, int | None, int]:
    """The keys of a scope's district and of the scope, None where nothing is known yet, and the version."""
    district = session.number("SELECT district_key FROM district WHERE district_id = $1", scope.district)
    if district is None:
        return None, None, 0
    version = session.number("SELECT version FROM district WHERE district_key = $1", district) or 0
    return district, session.number("SELECT scope_key FROM scope WHERE scope = $1", str(scope)), version


def find_or_add(session: Session, scope: Scope) -> tuple[int, int, int]:
    """The same, in the district's turn: what is not known yet is added."""
    district, number, version = find(session, scope)
    if district is None:
        district = session.next_number("district")
        session.run(
            "INSERT INTO district (district_key, district_id, version) VALUES ($1, $2, 0)", district, scope.district
        )
    if number is None:
        number = session.next_number("scope")
        session.run(
            "INSERT INTO scope (scope_key, district_key, scope) VALUES ($1, $2, $3)", number, district, str(scope)
        )
    return district, number, version


def take_turns(session: Session, districts: Iterable[int]) -> list[int]:
    """Take the turn to write in districts, given by their keys; those that there are."""
    ask = "SELECT district_id FROM district WHERE district_key = $1"
    names = {str(name): key for key in districts if (name := session.value(ask, key)) is not None}
    for name in sorted(names):
        session.take_turn(name)
    return list(names.values())


def owned(session: Session, table: str, owner: int | None, blank: tuple[str, ...] = ()) -> pl.DataFrame:
    """All rows of an owner, in the order of their keys; columns that nobody needs may stay blank."""
    schema = _SCHEMAS[table]
    if owner is None:
        return schema.to_frame()
    usual = _USUAL[table] | dict.fromkeys(blank, "")
    is_usual = " AND ".join(f"{name} = {literal(value)}" for name, value in _USUAL[table].items())
    key = f"{table}.{_LEADING_KEY[table]}"
    told = pl.Schema({name: dtype for name, dtype in schema.items() if name not in usual})
    here = f"FROM {table} WHERE {key} BETWEEN $1 AND $2"
    first, last = key_range(owner)
    rows = session.frame(told, f"SELECT {', '.join(told)} {here} AND {is_usual} ORDER BY {key}", first, last)
    rows = rows.with_columns(pl.lit(value).alias(name) for name, value in usual.items()).select(schema.names())
    others = session.frame(schema, f"SELECT {_COLUMNS[table]} {here} AND NOT ({is_usual}) ORDER BY {key}", first, last)
    return pl.concat([rows, others]).sort(_LEADING_KEY[table], maintain_order=True) if others.height else rows


def is_large(session: Session, scope: int | None, many: int) -> bool:
    """Whether a scope has had so many roles."""
    return scope is not None and _next_key(session, "role", scope) - key_range(scope)[0] >= many


def elsewhere(session: Session, district: int, scope: int | None) -> pl.DataFrame:
    """The roles of the district's other scopes, with a column `scope`."""
    return session.frame(
        _ELSEWHERE,
        f"SELECT {_COLUMNS['role']}, scope.scope FROM scope JOIN role ON role.role_key "  # noqa: S608 - ours
        "BETWEEN scope.scope_key * 4294967296 AND scope.scope_key * 4294967296 + 4294967295 "
        "WHERE scope.district_key = $1 AND scope.scope_key <> $2 ORDER BY role.role_key",
        district,
        scope or 0,
    )


def named(
    session: Session,
    table: str,
    owner: int,
    names: Callable[[], pl.DataFrame],
    blank: tuple[str, ...] = (),
    at_most: int = 0,
) -> pl.DataFrame:
    """At least the rows that are named.

    Args:
        session: A connection.
        table: The table.
        owner: Whose rows.
        names: Gives the names, by columns of the table; not called where the owner has no rows.
        blank: Text that need not be read.
        at_most: How many names there may be, if finding out is dear.
    """
    first, last = key_range(owner)
    key = _LEADING_KEY[table]
    greatest = session.number(
        f"SELECT max({key}) FROM {table} WHERE {key} BETWEEN $1 AND $2",  # noqa: S608 - names of our own
        first,
        last,
    )
    if greatest is None:
        return _SCHEMAS[table].to_frame()
    if at_most * _SCAN_SHARE >= greatest - first:
        return owned(session, table, owner, blank)
    wanted = names()
    if wanted.height * _SCAN_SHARE >= greatest - first:
        return owned(session, table, owner, blank)
    wanted = wanted.unique()
    scoped = table in ("role", "student")  # their names are unique within a scope, which is their owner
    same = [f"{table}.{name} = named.{name}" for name in wanted.columns]
    if scoped:
        same.insert(0, f"{table}.scope_key = $1")
    with session.staged("named", wanted):
        return session.frame(
            _SCHEMAS[table],
            # CROSS JOIN: SQLite goes through what is named, and looks up the rest.
            f"SELECT {_COLUMNS[table]} FROM named CROSS JOIN {table} WHERE {' AND '.join(same)}",  # noqa: S608 - ours
            *((owner,) if scoped else ()),
        )


def named_by(session: Session, changes: Changes, district: int, scope: int, name: str) -> Tables:
    """The rows that changes name, and the keys that new ones get. Only in the district's turn."""
    session.lock_accounts(_changing_accounts(changes, district))
    # Text that no change compares or sets need not be read: what is not set is not written either.
    updated = changes["update_contacts"].height
    granted = updated or changes["grant_roles"].height
    role = named(session, "role", scope, lambda: _role_names(changes), () if granted else ROLE_DETAILS)
    told = any(changes[name].height for name in _STUDENT_FRAMES)
    student = named(session, "student", scope, lambda: _student_names(changes), () if told else STUDENT_DETAILS)
    ties = sum(changes[name].height for name in _TIE_FRAMES)
    return Tables(
        district,
        account=named(
            session,
            "account",
            district,
            lambda: _account_names(changes, district),
            () if updated else ACCOUNT_DETAILS,
        ),
        role=role,
        student=student,
        tie=named(session, "guardianship", scope, lambda: _tie_names(changes, role, student), at_most=ties),
        next_account=_next_key(session, "account", district),
        next_role=_next_key(session, "role", scope),
        next_student=_next_key(session, "student", scope),
        scope=name,
        **{table: said(session, table, district) for table, frame in _SAID.items() if changes[frame].height},
    )


def said(session: Session, table: str, district: int) -> pl.DataFrame:
    """The pins or denials of a district, also those that were taken back."""
    schema = SCHEMAS[table]
    return session.frame(
        schema,
        f"SELECT {', '.join(schema)} FROM {table} WHERE district_key = $1",  # noqa: S608 - names of our own
        district,
    )


def save(session: Session, owner: tuple[int, int], name: str, new: pl.DataFrame, changed: pl.DataFrame) -> None:
    """Write what is new in a table and what changed; the owner is a district and a scope."""
    district, scope = owner
    if name in _SAID:
        mine = pl.lit(district, pl.Int64).alias("district_key")
        session.append(name, new.select(mine, *new.columns))
        session.overwrite(name, changed.with_columns(mine), ("district_key", *KEY_COLUMNS[name]))
        return
    table = "guardianship" if name == "tie" else name
    keyed = new.with_columns(scope_key=pl.lit(scope)) if name in ("role", "student") else new
    session.append(table, _stored(keyed))
    overwrite(session, table, changed)


def overwrite(session: Session, table: str, rows: pl.DataFrame) -> None:
    """Set what can change of rows that are there."""
    keys = ("role_key", "student_key") if table == "guardianship" else (_LEADING_KEY[table],)
    session.overwrite(table, _stored(rows.select(cs.exclude(*_FIXED))), keys)


def _stored(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(cs.boolean().cast(pl.Int16))


def _next_key(session: Session, table: str, owner: int) -> int:
    key, (first, last) = _LEADING_KEY[table], key_range(owner)
    greatest = session.number(
        f"SELECT max({key}) FROM {table} WHERE {key} BETWEEN $1 AND $2",  # noqa: S608 - names of our own
        first,
        last,
    )
    return first if greatest is None else greatest + 1


def _role_names(changes: Changes) -> pl.DataFrame:
    told = changes["update_contacts"].filter(pl.col("target") == "role")
    roles = [changes[name] for name in ("merge_accounts", "split_accounts", "grant_roles", "revoke_roles")]
    guardian = pl.lit(str(RoleKind.GUARDIAN)).alias("kind")
    ties = [changes[name].select(guardian, sis_id="guardian_sis_id") for name in _TIE_FRAMES]
    return pl.concat([*(frame.select("kind", "sis_id") for frame in (*roles, told)), *ties])


def _student_names(changes: Changes) -> pl.DataFrame:
    frames = [changes[name].select("student_sis_id") for name in (*_STUDENT_FRAMES, *_TIE_FRAMES)]
    return pl.concat(frames)


def _account_names(changes: Changes, district: int) -> pl.DataFrame:
    return _account_keys(
        district,
        *_changed_accounts(changes),
        changes["update_contacts"]["account_id"],
        changes["grant_roles"]["account_id"],
        changes["merge_accounts"]["into_account_id"],
        changes["split_accounts"]["into_account_id"],
    )


def _changing_accounts(changes: Changes, district: int) -> pl.DataFrame:
    """The accounts whose own rows change. Their owners may be changing them at this moment."""
    mine = changes["update_contacts"].filter(pl.col("target") == "account")["account_id"]
    return _account_keys(district, *_changed_accounts(changes), mine)


def _changed_accounts(changes: Changes) -> list[pl.Series]:
    return [changes[name]["account_id"] for name in ("reactivate_accounts", "archive_accounts")]


def _account_keys(district: int, *ids: pl.Series) -> pl.DataFrame:
    named = pl.concat(ids).alias("account_id").to_frame()
    return named.select(account_key=account_key("account_id", district)).drop_nulls().unique()


def _tie_names(changes: Changes, role: pl.DataFrame, student: pl.DataFrame) -> pl.DataFrame:
    guardians = role.filter(pl.col("kind") == RoleKind.GUARDIAN).select("role_key", guardian_sis_id="sis_id")
    pairs = pl.concat([changes[name].select("student_sis_id", "guardian_sis_id") for name in _TIE_FRAMES])
    keyed = pairs.join(guardians, on="guardian_sis_id").join(
        student.select("student_key", "student_sis_id"), on="student_sis_id"
    )
    return keyed.select("role_key", "student_key")


_STUDENT_FRAMES = ("enrol_students", "update_students", "remove_students")
_TIE_FRAMES = ("start_guardianships", "end_guardianships")
