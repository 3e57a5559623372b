"""Known ids: what the roster knows of the ids that speak tonight, and which of what they say is news.

A blank contact (U4) and a damaged name (U5) are no news: the role goes on saying what it said.
"""

from typing import Final

import polars as pl
from attrs import frozen

from guardiansync.engine.damage import is_damaged
from guardiansync.engine.keys import KEY, Shared, with_keys
from guardiansync.engine.text import alike
from guardiansync.model.keyed import beside, few_with_many
from guardiansync.model.roster import ROLE_DETAILS, AccountState, RoleKind, RoleState, Roster

_MAY_BE_BLANK: Final = ("email", "sms")
_MAY_BE_DAMAGED: Final = ("first_name", "last_name")


@frozen(eq=False)
class Known:
    """The people of tonight beside what the roster knows of them.

    Attributes:
        people: One row an id: `sis_id`, the details as they count (U4, U5), and of known ids (null otherwise) `account_id`,
            `role_state`, and `said_…`: what the role last said.
        damaged: `sis_id` and `field`: details that were kept because the new ones are the old ones damaged (U5).
        taken_back: Those rows of what was taken back that would be said again, and are not.
    """

    people: pl.DataFrame
    damaged: pl.DataFrame
    taken_back: pl.DataFrame


def own_roles(before: Roster, kind: RoleKind) -> pl.Expr:
    """Which roles are of the scope and of this kind."""
    return (pl.col("scope") == str(before.scope)) & (pl.col("kind") == str(kind))


def known_ids(people: pl.DataFrame, before: Roster, kind: RoleKind, taken_back: pl.DataFrame) -> Known:
    """Put beside each person what the roster knows of their SIS id.

    Args:
        people: One row a person: `sis_id` and the details of `FEED_DETAILS`.
        before: The roster.
        kind: Which roles the ids are of.
        taken_back: Schema `UNDONE`: details of roles that a person set back.
    """
    said = {name: f"said_{name}" for name in ROLE_DETAILS}
    roles = before.roles.filter(own_roles(before, kind)).select(
        "sis_id", "account_id", role_state="state", **{column: name for name, column in said.items()}
    )
    joined = beside(people, roles, ["sis_id"])
    filled = joined.with_columns(
        pl.when((pl.col(name) == "") & pl.col("account_id").is_not_null())
        .then(pl.col(said[name]))
        .otherwise(pl.col(name))
        .alias(name)
        for name in _MAY_BE_BLANK
    )
    damaged, mended = _damaged(filled)
    fired, silenced = _taken_back(filled, taken_back)
    for patch in (*mended, *silenced):
        filled = filled.update(patch, on="sis_id", how="left")
    return Known(filled, damaged, fired)


def _damaged(people: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Which details are the stored ones damaged (U5), and what to set them to."""
    kept, patches = [pl.DataFrame(schema={"sis_id": pl.String, "field": pl.String})], []
    for name in _MAY_BE_DAMAGED:
        told = people.filter(pl.col(name) != pl.col(f"said_{name}"))
        damaged = told.filter(is_damaged(told, name, f"said_{name}")) if told.height else told
        if damaged.height:
            kept.append(damaged.select("sis_id", field=pl.lit(name)))
            patches.append(damaged.select("sis_id", **{name: f"said_{name}"}))
    return pl.concat(kept).sort("sis_id", "field"), patches


def _taken_back(people: pl.DataFrame, taken_back: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Which details would be said again that a person set back, and what to set them to."""
    fired, patches = [taken_back.clear()], []
    for (field,), rows in taken_back.group_by("field"):
        name = str(field)
        again = people.join(rows.select("sis_id", "after"), on="sis_id").filter(
            alike(name, name, "after"), ~alike(name, name, f"said_{name}")
        )
        if again.height:
            fired.append(rows.join(again, on="sis_id", how="semi"))
            patches.append(again.select("sis_id", **{name: f"said_{name}"}).unique("sis_id"))
    return pl.concat(fired), patches


def news_of(people: pl.DataFrame, before: Roster, shared: Shared) -> pl.DataFrame:
    """The known ids that say something else than they last said, or return.

    Args:
        people: As `Known.people`.
        before: The roster.
        shared: Contacts that tell nothing (A5).

    Returns:
        Those rows with `KEY` and `key_usable`, the same of what was said with `said_` before them, `returns` (the role was
        revoked), `is_news` (a detail differs by more than spelling), `key_changed`, and `account_state`.
    """
    differs = pl.any_horizontal(pl.col(name) != pl.col(f"said_{name}") for name in ROLE_DETAILS)
    told = people.filter(
        pl.col("account_id").is_not_null() & (differs | (pl.col("role_state") != str(RoleState.ACTIVE)))
    )
    said = with_keys(told.select(pl.col(f"said_{name}").alias(name) for name in ROLE_DETAILS), shared)
    keyed = with_keys(told, shared).hstack(
        said.select(said_usable="key_usable", **{f"said_{name}": name for name in KEY})
    )
    states = before.accounts.select("account_id", account_state="state")
    return few_with_many(keyed, states, ["account_id"], how="left").with_columns(
        returns=pl.col("role_state") != str(RoleState.ACTIVE),
        is_news=~pl.all_horizontal(alike(name, name, f"said_{name}") for name in ROLE_DETAILS),
        key_changed=pl.any_horizontal(pl.col(name) != pl.col(f"said_{name}") for name in KEY)
        | (pl.col("key_usable") != pl.col("said_usable")),
        account_state=pl.col("account_state").fill_null(str(AccountState.ARCHIVED)),
    )


def roles_tonight(before: Roster, news: pl.DataFrame, kind: RoleKind) -> pl.DataFrame:
    """The roles in force with what they say tonight; those that return among them: schema `ROLES`.

    Args:
        before: The roster; only roles of accounts that matter need be there.
        news: Known ids that speak differently: `sis_id` and `ROLE_DETAILS`; those that holds freeze left out.
        kind: Which roles the news is about.
    """
    own = own_roles(before, kind)
    speaking = news.select("sis_id", **{f"now_{name}": name for name in ROLE_DETAILS})
    roles = before.roles.join(speaking, on="sis_id", how="left", maintain_order="left")
    speaks = own & pl.col("now_email").is_not_null()
    return roles.with_columns(
        *(pl.when(speaks).then(f"now_{name}").otherwise(name).alias(name) for name in ROLE_DETAILS),
        speaks=speaks,
    ).filter(speaks | (pl.col("state") == str(RoleState.ACTIVE)))


def moved(frame: pl.DataFrame, moves: pl.DataFrame, before: Roster | None = None) -> pl.DataFrame:
    """People, or of a roster the roles of its scope's guardians, on the accounts that they move to tonight."""
    if moves.is_empty():
        return frame
    is_own = pl.lit(value=True) if before is None else own_roles(before, RoleKind.GUARDIAN)
    going = frame.join(moves, on="sis_id", how="left", maintain_order="left")
    return going.with_columns(
        account_id=pl.when(is_own & pl.col("into").is_not_null()).then("into").otherwise("account_id")
    ).drop("into")
