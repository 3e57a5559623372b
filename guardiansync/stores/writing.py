"""Making changes on tables: compare and set, by columns, one step for each kind of change.

Every store of this package writes through here, under its district's lock, so that all of them mean the same by it.
Each step compares with the tables as the step before left them; of two rows about the same thing in one frame the first
that fits is made.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

import polars as pl
from attrs import frozen

from guardiansync.model.bulk import Changes
from guardiansync.model.change import SCHEMAS as CHANGES
from guardiansync.model.change import STUDENT_DETAILS
from guardiansync.model.keyed import beside, beside_number
from guardiansync.model.roster import (
    ACCOUNT_DETAILS,
    ROLE_DETAILS,
    VERIFIED,
    AccountState,
    RoleKind,
    RoleState,
    StudentState,
    TieState,
)
from guardiansync.model.run import PLANNED_IDS, Written
from guardiansync.stores.fitting import ALWAYS, TIE_KEY, VOID, first_that_fit, may_begin, patched
from guardiansync.stores.tables import KEY_COLUMNS, SCHEMAS, TOUCHED, Tables, account_key

_HOLDS_ROLE = pl.col("role_account").cast(pl.String) == pl.col("account_id")
_NAMED = pl.col("first_name", "last_name") != ""


Finished: TypeAlias = Callable[[str, pl.DataFrame, pl.DataFrame, Collection[str]], None]
"""Called with a table's name as soon as no later change can touch it, its new rows in the order of their keys, those of its
old rows that changed, and the columns that changed in any of them."""


@frozen(eq=False)
class Outcome:
    """What writing came to.

    Attributes:
        tables: The tables afterwards.
        written: What was made and what was left.
    """

    tables: Tables
    written: Written


def make(
    changes: Changes, tables: Tables, finished: Finished = lambda _table, _new, _changed, _columns: None
) -> Outcome:
    """Make changes on tables.

    Args:
        changes: What to do, with the plan's ids for new accounts.
        tables: At least all rows that the changes name.
        finished: Saves one table while the next is made.
    """
    writer = _Writer(tables)
    ahead = [name for name, frame in changes.items() if frame.height]
    open_tables = set(SCHEMAS)
    while open_tables:
        for table in sorted(open_tables - {table for name in ahead for table in TOUCHED[name]}):
            open_tables.remove(table)
            finished(table, *writer.rows_to_save(table))
        if ahead:
            name = ahead.pop(0)
            writer.step(name, changes[name])
    return writer.outcome()


class _Writer:
    """The tables while they are written to."""

    def __init__(self, tables: Tables) -> None:
        self._before = tables
        self._now: dict[str, pl.DataFrame] = {name: getattr(tables, name) for name in SCHEMAS}
        self._next = {"account": tables.next_account, "role": tables.next_role, "student": tables.next_student}
        self._touched: dict[str, list[pl.DataFrame]] = {name: [] for name in SCHEMAS}
        self._set: dict[str, set[str]] = {name: set() for name in SCHEMAS}
        self._made: dict[str, pl.DataFrame] = {}
        self._left: dict[str, pl.DataFrame] = {}
        self._ids = PLANNED_IDS.to_frame()
        self._moved = pl.DataFrame(schema=dict.fromkeys(("kind", "sis_id", "from", "into"), pl.String))

    def step(self, name: str, frame: pl.DataFrame) -> None:
        """Make one frame of changes."""
        staged = self._follow(name, frame).with_row_index("n")
        made = _STEPS[name](self, staged)
        if made.height == staged.height:
            mine, rest = staged, staged.clear()
        else:
            mine = staged.join(made, on="n", how="semi", maintain_order="left")
            rest = staged.join(made, on="n", how="anti", maintain_order="left")
        if name == "create_accounts":
            mine = mine.with_columns(self._ids["account_id"])
        elif name in ("merge_accounts", "split_accounts"):
            moved = mine.select("kind", "sis_id", pl.col("from_account_id").alias("from"), into="into_account_id")
            self._moved = pl.concat([self._moved, moved])
        columns = CHANGES[name].names()
        self._made[name] = mine.select(columns)
        self._left[name] = rest.select(columns)

    def rows_to_save(self, name: str) -> tuple[pl.DataFrame, pl.DataFrame, Collection[str]]:
        """A table's new rows, its old ones that changed, and the columns that did."""
        height = getattr(self._before, name).height  # what is new was added below
        new, old = self._now[name].slice(height), self._now[name].head(height)
        touched = self._touched[name]
        if new.height or all(patched.height < old.height for patched in touched):  # a patch names a row once
            old = old.join(pl.concat(touched), on=KEY_COLUMNS[name], how="semi") if touched else old.clear()
        return new, old, self._set[name]

    def outcome(self) -> Outcome:
        """What it came to."""
        tables = Tables(
            self._before.district,
            account=self._now["account"],
            role=self._now["role"],
            student=self._now["student"],
            tie=self._now["tie"],
            next_account=self._next["account"],
            next_role=self._next["role"],
            next_student=self._next["student"],
            scope=self._before.scope,
            pin=self._now["pin"],
            denial=self._now["denial"],
        )
        written = Written(Changes(**self._made), Changes(**self._left), self._ids)
        return Outcome(tables, written)

    # --- names --------------------------------------------------------------------------------------------------------

    def _follow(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Give new accounts their real ids, and let what names a role that moved follow it to its new account."""
        if name == "create_accounts":
            return frame
        for column in ("account_id", "from_account_id", "into_account_id"):
            if column in frame.columns and self._ids.height:
                frame = self._renamed(frame, column)
        if not self._moved.height or name not in _FOLLOWERS:
            return frame
        sis_id = "sis_id" if "sis_id" in frame.columns else "guardian_sis_id"
        kind = pl.col("kind") if "kind" in frame.columns else pl.lit(str(RoleKind.GUARDIAN))
        moved = self._moved.unique(["kind", "sis_id", "from"], keep="last")
        return frame.join(
            moved.rename({"kind": "moved_kind"}),
            left_on=[kind, sis_id, "account_id"],
            right_on=["moved_kind", "sis_id", "from"],
            how="left",
            maintain_order="left",
        ).with_columns(account_id=pl.coalesce("into", "account_id"))

    def _renamed(self, frame: pl.DataFrame, column: str) -> pl.DataFrame:
        real = self._ids.rename({"planned_id": column, "account_id": "real_id"})
        return beside(frame, real, [column]).with_columns(pl.coalesce("real_id", column).alias(column)).drop("real_id")

    def _with_account(self, frame: pl.DataFrame, column: str = "account_id") -> pl.DataFrame:
        accounts = self._now["account"].select(named_key="account_key", account_state="state")
        keyed = frame.with_columns(account_key(column, self._before.district).alias("named_key"))
        return beside_number(keyed, accounts, "named_key")

    def _with_role(self, frame: pl.DataFrame, *more: str) -> pl.DataFrame:
        roles = self._now["role"]
        if "guardian_sis_id" in frame.columns:
            roles = roles.filter(pl.col("kind") == RoleKind.GUARDIAN).rename({"sis_id": "guardian_sis_id"})
            on = ["guardian_sis_id"]
        else:
            on = ["kind", "sis_id"]
        known = roles.select(
            *on,
            "role_key",
            pl.col("account_key").alias("role_account"),
            pl.col("state").alias("role_state"),
            *(pl.col(name).alias(f"now_{name}") for name in more),
        )
        return beside(frame, known, on)

    def _with_student(self, frame: pl.DataFrame, *more: str) -> pl.DataFrame:
        known = self._now["student"].select(
            "student_sis_id",
            "student_key",
            pl.col("state").alias("student_state"),
            *(pl.col(name).alias(f"now_{name}") for name in more),
        )
        return beside(frame, known, ["student_sis_id"])

    def _with_tie(self, frame: pl.DataFrame) -> pl.DataFrame:
        ends = self._with_student(self._with_role(frame)).with_columns(tie_key=TIE_KEY)
        known = self._now["tie"].select(tie_key=TIE_KEY, tie_state="state")
        return ends.join(known, on="tie_key", how="left", maintain_order="left")

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _patch(self, table: str, patch: pl.DataFrame) -> None:
        """Set what is not null in the patch."""
        if not patch.height:
            return
        keys = list(KEY_COLUMNS[table])
        self._now[table] = patched(self._now[table], patch, keys)
        self._touched[table].append(patch.select(keys))
        self._set[table].update(set(patch.columns) - set(keys))

    def _add(self, table: str, rows: pl.DataFrame) -> None:
        if not rows.height:
            return
        schema = SCHEMAS[table]
        rows = rows.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
        self._now[table] = pl.concat([self._now[table], rows])

    def _numbered(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        first = self._next[table]
        self._next[table] += rows.height
        return rows.with_columns(pl.int_range(first, first + rows.height, dtype=pl.Int64).alias(f"{table}_key"))

    # --- one step for each kind ---------------------------------------------------------------------------------------

    def create(self, staged: pl.DataFrame) -> pl.DataFrame:
        found = first_that_fit(staged, ALWAYS, ("account_id",))
        rows = self._numbered("account", found)
        self._ids = rows.select(planned_id="account_id", account_id=pl.col("account_key").cast(pl.String))
        no = pl.lit(value=False)
        self._add(
            "account",
            rows.with_columns(
                email_verified=no, sms_verified=no, state=pl.lit(str(AccountState.INVITED)), managed=pl.lit(value=True)
            ),
        )
        return found.select("n")

    def account_state(self, staged: pl.DataFrame) -> pl.DataFrame:
        found = first_that_fit(self._with_account(staged), pl.col("account_state") == pl.col("before"), ("named_key",))
        self._patch("account", found.select(account_key="named_key", state="after"))
        return found.select("n")

    def move(self, staged: pl.DataFrame) -> pl.DataFrame:
        now = self._with_role(self._with_account(staged, "into_account_id"))
        leaving = account_key("from_account_id", self._before.district)
        fits = (
            (pl.col("role_state") != RoleState.VOID)
            & (pl.col("role_account") == leaving)
            & (pl.col("account_state") != AccountState.VOID)
        )
        found = first_that_fit(now, fits, KEY_COLUMNS["role"])
        self._patch("role", found.select("role_key", account_key="named_key"))
        return found.select("n")

    def grant(self, staged: pl.DataFrame) -> pl.DataFrame:
        now = self._with_role(self._with_account(staged))
        fits = (pl.col("account_state") != AccountState.VOID) & may_begin(
            "role_state", RoleState.REVOKED, pl.col("role_account") == pl.col("named_key")
        )
        found = first_that_fit(now, fits, ("kind", "sis_id"))
        alive = pl.lit(str(RoleState.ACTIVE)).alias("state")
        fresh = found.filter(pl.col("role_key").is_null()).sort("kind", "sis_id")
        yes = pl.lit(value=True)
        self._add(
            "role", self._numbered("role", fresh).with_columns(alive, account_key=pl.col("named_key"), managed=yes)
        )
        back = found.filter(pl.col("role_key").is_not_null())
        revived = pl.col("before") == VOID
        told = revived & pl.any_horizontal(_NAMED)
        self._patch(
            "role",
            back.select(
                "role_key",
                alive,
                pl.col("named_key").alias("account_key"),
                pl.when(revived).then(yes).alias("managed"),
                *(pl.when(told).then(pl.col(name)).alias(name) for name in ROLE_DETAILS),
            ),
        )
        return found.select("n")

    def revoke(self, staged: pl.DataFrame) -> pl.DataFrame:
        now = self._with_role(staged)
        fits = (pl.col("role_state") == RoleState.ACTIVE) & _HOLDS_ROLE
        found = first_that_fit(now, fits, KEY_COLUMNS["role"])
        self._patch("role", found.select("role_key", state="after"))
        return found.select("n")

    def update_contact(self, staged: pl.DataFrame) -> pl.DataFrame:
        found = [staged.clear().select("n")]
        fields = staged.select("target", "field").unique(maintain_order=True).rows()
        # A mark of verification follows its contact: it comes after it, and stays where the contact was left.
        for target, field in sorted(fields, key=lambda named: named[1] in VERIFIED):
            part = staged.filter((pl.col("target") == target) & (pl.col("field") == field))
            if target == "role" and field in ROLE_DETAILS:
                now = self._with_role(part, field)
                key, state = "role_key", pl.col("role_state")
            elif target == "account" and field in (*ACCOUNT_DETAILS, *VERIFIED):
                known = self._now["account"].select(named_key="account_key", **{f"now_{field}": field})
                now = self._with_account(part).join(known, on="named_key", how="left", maintain_order="left")
                key, state = "named_key", pl.col("account_state")
            else:
                continue
            if contact := VERIFIED.get(field):
                told = staged.filter((pl.col("target") == "account") & (pl.col("field") == contact))
                left = told.join(pl.concat(found), on="n", how="anti")
                now = now.join(left, on="account_id", how="anti", maintain_order="left")
            is_before = pl.col(f"now_{field}").cast(pl.String) == pl.col("before")
            set_here = first_that_fit(now, (state != VOID) & is_before, (key,))
            after = pl.col("after") == "true" if field in VERIFIED else pl.col("after")
            self._patch(target, set_here.select(pl.col(key).alias(f"{target}_key"), after.alias(field)))
            found.append(set_here.select("n"))
        return pl.concat(found)

    def start(self, staged: pl.DataFrame) -> pl.DataFrame:
        now = self._with_tie(staged)
        fits = (
            (pl.col("role_state") != RoleState.VOID)
            & _HOLDS_ROLE
            & (pl.col("student_state") != StudentState.VOID)
            & may_begin("tie_state", TieState.ENDED)
        )
        found = first_that_fit(now, fits, ("tie_key",)).select(
            "n", "role_key", "student_key", "tie_key", "tie_state", "before"
        )
        found = found.sort("tie_key")
        alive = pl.lit(str(TieState.ACTIVE)).alias("state")
        yes = pl.lit(value=True)
        self._add("tie", found.filter(pl.col("tie_state").is_null()).with_columns(alive, managed=yes))
        back = found.filter(pl.col("tie_state").is_not_null())
        revived = pl.when(pl.col("before") == VOID).then(yes).alias("managed")
        self._patch("tie", back.select("role_key", "student_key", alive, revived))
        return found.select("n")

    def end(self, staged: pl.DataFrame) -> pl.DataFrame:
        fits = (pl.col("tie_state") == TieState.ACTIVE) & _HOLDS_ROLE
        found = first_that_fit(self._with_tie(staged), fits, ("tie_key",))
        self._patch("tie", found.select("role_key", "student_key", state="after"))
        return found.select("n")

    def enrol(self, staged: pl.DataFrame) -> pl.DataFrame:
        found = first_that_fit(
            self._with_student(staged), may_begin("student_state", StudentState.LEFT), ("student_sis_id",)
        )
        alive = pl.lit(str(StudentState.ACTIVE)).alias("state")
        fresh = found.filter(pl.col("student_key").is_null()).sort("student_sis_id")
        self._add("student", self._numbered("student", fresh).with_columns(alive))
        back = found.filter(pl.col("student_key").is_not_null())
        told = (pl.col("before") == VOID) & pl.any_horizontal(_NAMED)
        details = (pl.when(told).then(pl.col(name)).alias(name) for name in STUDENT_DETAILS)
        self._patch("student", back.select("student_key", alive, *details))
        return found.select("n")

    def update_student(self, staged: pl.DataFrame) -> pl.DataFrame:
        found = [staged.clear().select("n")]
        for field in set(staged["field"].unique()) & set(STUDENT_DETAILS):
            now = self._with_student(staged.filter(pl.col("field") == field), field)
            fits = (pl.col("student_state") != StudentState.VOID) & (pl.col(f"now_{field}") == pl.col("before"))
            set_here = first_that_fit(now, fits, KEY_COLUMNS["student"])
            self._patch("student", set_here.select("student_key", pl.col("after").alias(field)))
            found.append(set_here.select("n"))
        return pl.concat(found)

    def remove_student(self, staged: pl.DataFrame) -> pl.DataFrame:
        fits = pl.col("student_state") == StudentState.ACTIVE
        found = first_that_fit(self._with_student(staged), fits, KEY_COLUMNS["student"])
        self._patch("student", found.select("student_key", state="after"))
        return found.select("n")

    def say(self, staged: pl.DataFrame) -> pl.DataFrame:
        """Set a person's word; one that is taken back stays in the table as a blank."""
        table = "pin" if "other_kind" in staged.columns else "denial"
        *keys, word = SCHEMAS[table]
        if table == "denial":
            staged = staged.with_columns(scope=pl.lit(self._before.scope))
        now = staged.join(self._now[table], on=keys, how="left", maintain_order="left")
        found = first_that_fit(now, pl.col(word).fill_null("") == pl.col("before"), tuple(keys))
        said = found.select(*keys, pl.col("after").alias(word), is_new=pl.col(word).is_null())
        self._add(table, said.filter("is_new"))
        self._patch(table, said.filter(~pl.col("is_new")).drop("is_new"))
        return found.select("n")


_STEPS: Mapping[str, Callable[[_Writer, pl.DataFrame], pl.DataFrame]] = {
    "enrol_students": _Writer.enrol,
    "update_students": _Writer.update_student,
    "create_accounts": _Writer.create,
    "reactivate_accounts": _Writer.account_state,
    "merge_accounts": _Writer.move,
    "split_accounts": _Writer.move,
    "grant_roles": _Writer.grant,
    "update_contacts": _Writer.update_contact,
    "start_guardianships": _Writer.start,
    "end_guardianships": _Writer.end,
    "revoke_roles": _Writer.revoke,
    "archive_accounts": _Writer.account_state,
    "remove_students": _Writer.remove_student,
    "set_pins": _Writer.say,
    "set_denials": _Writer.say,
}
_FOLLOWERS = ("grant_roles", "start_guardianships", "end_guardianships", "revoke_roles")
