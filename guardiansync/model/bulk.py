"""Changes in bulk: a frame for each kind, as plans, stores and the journal pass them on."""

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl
from attrs import asdict

from guardiansync.model.change import KINDS, SCHEMAS, STUDENT_DETAILS, Change
from guardiansync.model.roster import ROLE_DETAILS
from guardiansync.model.rule import Cause, Rule


def _blank(*names: str) -> list[pl.Expr]:
    return [pl.lit("").alias(name) for name in names]


def _swapped(a: str, b: str) -> list[pl.Expr]:
    return [pl.col(b).alias(a), pl.col(a).alias(b)]


_INVERSES: dict[str, tuple[str, list[pl.Expr]]] = {
    "create_accounts": ("archive_accounts", [pl.lit("invited").alias("before"), pl.lit("void").alias("after")]),
    "update_contacts": ("update_contacts", _swapped("before", "after")),
    "grant_roles": ("revoke_roles", [pl.col("before").alias("after")]),
    "revoke_roles": ("grant_roles", [pl.col("after").alias("before"), *_blank(*ROLE_DETAILS)]),
    "start_guardianships": ("end_guardianships", [pl.col("before").alias("after")]),
    "end_guardianships": ("start_guardianships", [pl.col("after").alias("before")]),
    "merge_accounts": ("split_accounts", _swapped("from_account_id", "into_account_id")),
    "split_accounts": ("merge_accounts", _swapped("from_account_id", "into_account_id")),
    "archive_accounts": ("reactivate_accounts", _swapped("before", "after")),
    "reactivate_accounts": ("archive_accounts", _swapped("before", "after")),
    "enrol_students": ("remove_students", [pl.col("before").alias("after")]),
    "update_students": ("update_students", _swapped("before", "after")),
    "remove_students": ("enrol_students", [pl.col("after").alias("before"), *_blank(*STUDENT_DETAILS)]),
    "set_pins": ("set_pins", _swapped("before", "after")),
    "set_denials": ("set_denials", _swapped("before", "after")),
}


CHANGED = pl.Schema(
    dict.fromkeys(
        (
            "change",
            "about",
            "account_id",
            "kind",
            "sis_id",
            "student_sis_id",
            "field",
            "before",
            "after",
            "rule",
            "cause",
        ),
        pl.String(),
    )
)
"""Any change as one row: `change` is a `Change.FRAME`; `about` is account, role, guardianship, student, pin or denial; of
that, `field` was `before` and is `after`; what a change has not is blank. `rule` says why, `cause` why a removal."""

_GUARDIAN = [pl.lit("guardian").alias("kind"), pl.col("guardian_sis_id").alias("sis_id")]
_MOVE = [
    pl.col("into_account_id").alias("account_id"),
    pl.col("from_account_id").alias("before"),
    pl.col("into_account_id").alias("after"),
]
_PAIR = pl.format(
    "{} {} of {} and {} {} of {}", "kind", "sis_id", "scope", "other_kind", "other_sis_id", "other_scope"
).alias("field")


def _state(before: str | None = None, after: str | None = None) -> list[pl.Expr]:
    told = {"field": "state", "before": before, "after": after}
    return [pl.lit(value).alias(name) for name, value in told.items() if value]


_TOLD: dict[str, tuple[str, list[pl.Expr]]] = {
    "enrol_students": ("student", _state(after="active")),
    "update_students": ("student", []),
    "create_accounts": ("account", _state("void", "invited")),
    "reactivate_accounts": ("account", _state()),
    "merge_accounts": ("role", [*_MOVE, pl.lit("account_id").alias("field")]),
    "split_accounts": ("role", [*_MOVE, pl.lit("account_id").alias("field")]),
    "grant_roles": ("role", _state(after="active")),
    "update_contacts": ("", [pl.col("target").alias("about")]),
    "start_guardianships": ("guardianship", [*_GUARDIAN, *_state(after="active")]),
    "end_guardianships": ("guardianship", [*_GUARDIAN, *_state(before="active")]),
    "revoke_roles": ("role", _state(before="active")),
    "archive_accounts": ("account", _state()),
    "remove_students": ("student", _state(before="active")),
    "set_pins": ("pin", [_PAIR]),
    "set_denials": ("denial", [*_GUARDIAN, pl.lit("why").alias("field")]),
}
"""What each kind of change is about, and what of `CHANGED` is called otherwise in its frame."""

_EMPTY = {name: schema.to_frame() for name, schema in SCHEMAS.items()}


class Changes:
    """Changes in bulk: one frame for each kind, named as `Change.FRAME`, in the order they are written.

    Frames that are not given are empty. Two `Changes` are equal when their frames are.
    """

    __slots__ = ("_frames",)

    def __init__(self, **frames: pl.DataFrame) -> None:
        if unknown := set(frames) - set(SCHEMAS):
            raise TypeError(f"no such frame of changes: {', '.join(sorted(unknown))}")
        self._frames = {
            name: frames[name].select(schema.names()) if name in frames else _EMPTY[name]
            for name, schema in SCHEMAS.items()
        }

    @classmethod
    def of(cls, changes: Iterable[Change]) -> "Changes":
        """The frames that hold these changes."""
        rows: dict[str, list[dict[str, str]]] = {}
        for change in changes:
            rows.setdefault(change.FRAME, []).append({name: str(value) for name, value in asdict(change).items()})
        return cls(**{name: pl.DataFrame(found, schema=SCHEMAS[name]) for name, found in rows.items()})

    def __getitem__(self, name: str) -> pl.DataFrame:
        """The frame of one kind of change."""
        return self._frames[name]

    def items(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Each frame with its name, in the order they are written."""
        return iter(self._frames.items())

    def replace(self, **frames: pl.DataFrame) -> "Changes":
        """The same with other frames in the place of those named."""
        return Changes(**{**self._frames, **frames})

    def counts(self) -> dict[str, int]:
        """How many changes of each kind there are."""
        return {name: frame.height for name, frame in self.items()}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not len(self)

    def __len__(self) -> int:
        """How many changes there are in all."""
        return sum(self.counts().values())

    def __iter__(self) -> Iterator[Change]:
        """Each change as an object."""
        for kind in KINDS:
            for row in self._frames[kind.FRAME].iter_rows(named=True):
                yield _change(kind, row)

    def to_frame(self) -> pl.DataFrame:
        """All of them in one frame, to look at or to export: schema `CHANGED`."""
        parts = [CHANGED.to_frame()]
        for name, frame in self.items():
            about, told = _TOLD[name]
            row = frame.with_columns(
                pl.lit(name).alias("change"), pl.lit(about).alias("about"), pl.col("reason").alias("rule")
            ).with_columns(told)
            missing = [column for column in CHANGED if column not in row.columns]
            parts.append(row.with_columns(_blank(*missing)).select(CHANGED.names()))
        return pl.concat(parts)

    def inverse(self) -> "Changes":
        """The changes that take these back. Equal to the inverses of each, but by columns."""
        # Creating and reactivating both become archiving, so a frame may have several sources.
        parts: dict[str, list[pl.DataFrame]] = {}
        for name, frame in self.items():
            target, exprs = _INVERSES[name]
            undone = frame.with_columns(
                pl.lit(str(Rule.UNDO)).alias("reason"), pl.lit(str(Cause.UNDONE)).alias("cause")
            ).with_columns(exprs)
            parts.setdefault(target, []).append(undone.select(SCHEMAS[target].names()))
        return Changes(**{name: pl.concat(frames) for name, frames in parts.items()})

    def __eq__(self, other: object) -> bool:
        """Whether all frames are equal, rows in order."""
        return isinstance(other, Changes) and all(frame.equals(other[name]) for name, frame in self.items())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """What there is of each kind."""
        return f"Changes({', '.join(f'{name}: {count}' for name, count in self.counts().items() if count)})"


def _change(kind: type[Change], row: dict[str, Any]) -> Change:
    typed = {**row, "reason": Rule(row["reason"])}
    if "cause" in row:
        typed["cause"] = Cause(row["cause"])
    return kind(**typed)
