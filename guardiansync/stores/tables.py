"""Rosters as the stores of this package keep them: each text once, and integer keys wherever something refers to it.

A key holds its owner in the high bits: the district for accounts, the scope for roles and students. So the rows of one
owner lie together, in a database as well as here, and a range of keys reads them.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl
from attrs import field, frozen

from guardiansync.errors import StoreFailed
from guardiansync.model.keyed import beside_number
from guardiansync.model.roster import (
    ACCOUNTS,
    DENIALS,
    GUARDIANSHIPS,
    PINS,
    ROLES,
    STUDENTS,
    AccountState,
    RoleKind,
    RoleState,
    Roster,
    StudentState,
    TieState,
)
from guardiansync.settings import Scope

_KEY = pl.Int64()


def _keyed(key: str, schema: pl.Schema, drop: tuple[str, ...], *more: str) -> pl.Schema:
    rest = {name: dtype for name, dtype in schema.items() if name not in drop}
    return pl.Schema({key: _KEY, **dict.fromkeys(more, _KEY), **rest})


ACCOUNT = _keyed("account_key", ACCOUNTS, ("account_id",))
ROLE = _keyed("role_key", ROLES, ("scope", "account_id"), "account_key")
STUDENT = _keyed("student_key", STUDENTS, ("scope",))
TIE = pl.Schema({"role_key": _KEY, "student_key": _KEY, "state": pl.String(), "managed": pl.Boolean()})

KEY_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "account": ("account_key",),
    "role": ("role_key",),
    "student": ("student_key",),
    "tie": ("role_key", "student_key"),
    "pin": tuple(PINS.names()[:-1]),
    "denial": tuple(DENIALS.names()[:-1]),
}
"""What identifies a row of each table."""

SCHEMAS: Mapping[str, pl.Schema] = {
    "account": ACCOUNT, "role": ROLE, "student": STUDENT, "tie": TIE, "pin": PINS, "denial": DENIALS,
}  # fmt: skip

TOUCHED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("enrol_students", "update_students", "remove_students"), ("student",)),
    **dict.fromkeys(("create_accounts", "reactivate_accounts", "archive_accounts"), ("account",)),
    **dict.fromkeys(("merge_accounts", "split_accounts", "grant_roles", "revoke_roles"), ("role",)),
    **dict.fromkeys(("start_guardianships", "end_guardianships"), ("tie",)),
    "update_contacts": ("account", "role"),
    "set_pins": ("pin",),
    "set_denials": ("denial",),
}
"""The tables whose rows each kind of change sets."""

_OWNER_BITS = 32
_PHONE_TAIL = 7


def key_range(owner: int) -> tuple[int, int]:
    """The smallest and the largest key that an owner's rows can have."""
    first = owner << _OWNER_BITS
    return first, first + (1 << _OWNER_BITS) - 1


def owner_of(column: str) -> pl.Expr:
    """Whose row the keys of a column name."""
    return pl.col(column) // (1 << _OWNER_BITS)


@frozen(eq=False)
class Tables:
    """One scope's rows, its district's accounts and what people said, or those of them that some changes name.

    Void rows are among them, and blanks where a person's word was taken back.

    Attributes:
        district: The owner of the accounts' keys.
        account: Schema `ACCOUNT`.
        role: Schema `ROLE`.
        student: Schema `STUDENT`.
        tie: Schema `TIE`.
        next_account: The key of the next new account; so `next_role` and `next_student`.
        scope: The scope, as text.
        pin: Schema `PINS`, of the district.
        denial: Schema `DENIALS`, of the district.
    """

    district: int
    account: pl.DataFrame
    role: pl.DataFrame
    student: pl.DataFrame
    tie: pl.DataFrame
    next_account: int
    next_role: int
    next_student: int
    scope: str
    pin: pl.DataFrame = field(factory=PINS.to_frame)
    denial: pl.DataFrame = field(factory=DENIALS.to_frame)


def of_one_district(own: Scope, other: Scope | None) -> Scope:
    """The scope to write to: a transaction's own, or another one of its district.

    Raises:
        StoreFailed: It is of another district.
    """
    if other is None:
        return own
    if other.district != own.district:
        raise StoreFailed(
            f"{other} is no scope of the district that is written to, {own.district}. Nothing was written."
        )
    return other


def plain_key(column: str) -> pl.Expr:
    """The key that an account's id in a frame stands for; null if it is no id of these stores."""
    key = pl.col(column).cast(pl.Int64, strict=False)
    return pl.when(key.cast(pl.String) == pl.col(column)).then(key)


def account_key(column: str, district: int) -> pl.Expr:
    """The same; null, too, if it is another district's."""
    key = plain_key(column)
    return pl.when(key.is_between(*key_range(district))).then(key)


def claimed(invited: pl.DataFrame) -> pl.DataFrame:
    """These accounts once their owners have claimed them: what they were invited by is verified by it."""
    by_email = pl.col("email") != ""
    return invited.with_columns(
        state=pl.lit(str(AccountState.ACTIVE)),
        email_verified=pl.col("email_verified") | by_email,
        sms_verified=pl.col("sms_verified") | (~by_email & (pl.col("sms") != "")),
    )


def _sharing(roles: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """The accounts of roles that share an email, or the last digits of a mobile however it is written."""
    tail = pl.col("sms").str.replace_all(r"[^0-9]", "").str.tail(_PHONE_TAIL)
    mail = pl.col("email").str.strip_chars().str.to_lowercase()
    mails = keys["email_key"].str.to_lowercase()
    tails = keys["sms_key"].str.replace_all(r"[^0-9]", "").str.tail(_PHONE_TAIL)
    shares = (mail.is_in(mails.filter(mails != "").unique().implode()) & (mail != "")) | (
        tail.is_in(tails.filter(tails != "").unique().implode()) & (tail != "")
    )
    return roles.filter(shares).select("account_key")


def wanted_accounts(roles: pl.DataFrame, elsewhere: pl.DataFrame, keys: pl.DataFrame | None) -> pl.DataFrame:
    """The keys of the accounts that belong to a roster: those with its roles, and those that share a key asked for."""
    wanted = [roles.filter(pl.col("state") != RoleState.VOID).select("account_key")]
    if keys is not None and elsewhere.height:
        wanted.append(_sharing(elsewhere.filter(pl.col("state") != RoleState.VOID), keys))
    return pl.concat(wanted).unique()


def to_roster(
    scope: Scope,
    version: int,
    tables: Mapping[str, pl.DataFrame],
    elsewhere: pl.DataFrame,
    keys: pl.DataFrame | None,
    said: Mapping[str, Any],
) -> Roster:
    """Turn keys into the ids that frames show, and leave out what is void.

    Args:
        scope: Whose roster.
        version: The version that all of this was read at.
        tables: The scope's "role", "student" and "tie", and its district's "account".
        elsewhere: Schema `ROLE` and a column `scope`: the roles of the district's other scopes.
        keys: Schema `KEYS`, or None: whose accounts to add.
        said: What people said of it: the roster's "releases", "pins", "denials" and "undone".
    """
    roles = tables["role"].filter(pl.col("state") != RoleState.VOID)
    students = tables["student"].filter(pl.col("state") != StudentState.VOID)
    ties = (
        tables["tie"]
        .filter(pl.col("state") != TieState.VOID)
        .pipe(beside_number, roles.select("role_key", "account_key", guardian_sis_id="sis_id"), "role_key")
        .pipe(beside_number, students.select("student_key", "student_sis_id"), "student_key")
        .drop_nulls(["guardian_sis_id", "student_sis_id"])
    )
    roles = roles.with_columns(scope=pl.lit(str(scope)))
    wanted = wanted_accounts(roles, elsewhere, keys)
    if elsewhere.height:
        others = elsewhere.filter(pl.col("state") != RoleState.VOID).select(roles.columns)
        roles = pl.concat([roles, others.join(wanted, on="account_key", how="semi", maintain_order="left")])
    accounts = (
        tables["account"]
        .filter(pl.col("state") != AccountState.VOID)
        .join(wanted, on="account_key", how="semi", maintain_order="left")
    )
    name = pl.col("account_key").cast(pl.String).alias("account_id")
    return Roster(
        scope,
        version,
        accounts.with_columns(name).select(ACCOUNTS.names()),
        roles.with_columns(name).select(ROLES.names()),
        students.with_columns(scope=pl.lit(str(scope))).select(STUDENTS.names()),
        ties.with_columns(name, scope=pl.lit(str(scope))).select(GUARDIANSHIPS.names()),
        **said,
        other_levels=_other_levels(scope, elsewhere),
    )


def _other_levels(scope: Scope, elsewhere: pl.DataFrame) -> tuple[str, ...]:
    """The scopes of another level that have guardian roles in force."""
    if elsewhere.is_empty():
        return ()
    is_school = pl.col("scope").str.contains("/", literal=True)
    found = elsewhere.filter(
        is_school if scope.level == "district" else ~is_school,
        pl.col("kind") == RoleKind.GUARDIAN,
        pl.col("state") == RoleState.ACTIVE,
    )
    return tuple(found["scope"].unique().sort())


def in_force(name: str, said: pl.DataFrame) -> pl.DataFrame:
    """The pins or denials that nobody took back."""
    return said.filter(pl.col(SCHEMAS[name].names()[-1]) != "").sort(KEY_COLUMNS[name])
