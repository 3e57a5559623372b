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
