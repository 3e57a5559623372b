"""The nearest people whom somebody was not merged with, and why not: as the roster is today."""

from typing import Any, Final

import polars as pl

from guardiansync.engine.explain.subject import Standing
from guardiansync.engine.first_names import same_first_name
from guardiansync.engine.keys import KEY, shared_contacts, with_keys
from guardiansync.engine.pinned import Pins
from guardiansync.engine.text import alike
from guardiansync.model.roster import RoleRef, RoleState, Roster

STRANGERS: Final = pl.Schema(
    dict.fromkeys(("scope", "kind", "sis_id", "account_id", "near", "agree", "differ", "why"), pl.String())
)
"""Roles of other accounts, the nearest first. `near` is whose details they come near to; `agree` and `differ` name details,
never their values; `why` says why they are not one account."""

_FIELDS: Final = ("first_name", "last_name", "email", "sms")
_WORDS: Final = {"first_name": "first name", "last_name": "last name", "email": "email", "sms": "mobile"}
_SHOWN: Final = 10
_MAX_NAMES: Final = 4


def strangers(standing: Standing, roster: Roster) -> pl.DataFrame:
    """Schema `STRANGERS`: the people nearest to those of some accounts.

    Args:
        standing: What the roster has of whom it is about.
        roster: The roster, with the accounts that share a contact with them.
    """
    mine = standing.roles.filter(pl.col("state") == str(RoleState.ACTIVE))
    if mine.is_empty():
        return STRANGERS.to_frame()
    keyed = with_keys(mine)
    theirs = with_keys(
        roster.roles.filter(
            pl.col("state") == str(RoleState.ACTIVE),
            ~pl.col("account_id").is_in(standing.accounts["account_id"].implode()),
        )
    )
    near = pl.concat(
        keyed.filter(pl.col(key) != "").join(theirs, on=key, how="inner", coalesce=False, suffix="_other")
        for key in KEY
    ).unique(["scope", "kind", "sis_id", "scope_other", "kind_other", "sis_id_other"])
    if near.is_empty():
        return STRANGERS.to_frame()
    pins = Pins.of(roster)
    shared = shared_contacts(roster.roles, roster.roles.clear(), _MAX_NAMES)
    judged = near.with_columns(
        *(alike(name, name, f"{name}_other").alias(f"is_{name}") & (pl.col(name) != "") for name in _FIELDS),
        is_like=same_first_name(near["first_name"], near["first_name_other"]),
        is_shared=pl.any_horizontal(
            (pl.col(name) != "") & ~shared.is_evidence(name, name) & alike(name, name, f"{name}_other")
            for name in ("email", "sms")
        ),
    )
    judged = judged.with_columns(score=pl.sum_horizontal([*(f"is_{name}" for name in _FIELDS), "is_like"])).sort(
        ["score", "account_id_other", "kind_other", "sis_id_other", "kind", "sis_id"],
        descending=[True, *[False] * 5],
    )
    first = judged.unique(["scope_other", "kind_other", "sis_id_other"], keep="first", maintain_order=True).head(_SHOWN)
    return pl.DataFrame([_told(row, pins) for row in first.iter_rows(named=True)], schema=STRANGERS)


def _told(row: dict[str, Any], pins: Pins) -> dict[str, str]:
    agree = [name for name in _FIELDS if row[f"is_{name}"]]
    differ = [name for name in _FIELDS if not row[f"is_{name}"] and (row[name] or row[f"{name}_other"])]
    return {
        "scope": row["scope_other"],
        "kind": row["kind_other"],
        "sis_id": row["sis_id_other"],
        "account_id": row["account_id_other"],
        "near": f"{row['kind']} {row['sis_id']}",
        "agree": ", ".join(_WORDS[name] for name in agree),
        "differ": ", ".join(_WORDS[name] for name in differ),
        "why": _why(row, agree, differ, pins),
    }


def _why(row: dict[str, Any], agree: list[str], differ: list[str], pins: Pins) -> str:
    mine = RoleRef(row["scope"], row["kind"], row["sis_id"])
    theirs = RoleRef(row["scope_other"], row["kind_other"], row["sis_id_other"])
    if pins.are_apart(mine, theirs):
        return "a person said that they are two people"
    return _of_same_details(row) if not differ else _of_other_details(row, agree, differ)


def _of_same_details(row: dict[str, Any]) -> str:
    if not (row["key_usable"] and row["key_usable_other"]):
        return "the same details, but a name that mixes scripts or an email beyond ASCII proves nothing"
    if row["is_shared"]:
        return "the same name, but the contact stands beside too many names to prove anything"
    return "the same details: they wait for a person, or for the next sync of their ids"


def _of_other_details(row: dict[str, Any], agree: list[str], differ: list[str]) -> str:
    said = f"same {_and(agree)}, {_and([_other(name, row) for name in differ], named=True)}"
    if not {"email", "sms"} & set(agree):
        return f"{said}: a namesake"
    if "first_name" in differ and not row["is_like"]:
        return f"{said}: a household"
    return f"{said}: with the same {_and(differ)} in the SIS they would be one"


def _other(name: str, row: dict[str, Any]) -> str:
    if row[name] and row[f"{name}_other"]:
        return f"another {_WORDS[name]}"
    return f"no {_WORDS[name]} on one side"


def _and(names: list[str], *, named: bool = False) -> str:
    words = names if named else [_WORDS[name] for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
