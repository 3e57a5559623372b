"""Doubts about known ids: keys exchanged in one evening (M10), an id that names somebody else (M7).

Whoever is in doubt waits for a person: a wrong guess would show a child's messages to a stranger.
"""

from typing import Final

import polars as pl

from guardiansync.engine.agreement import groups_of, same_contact, same_name
from guardiansync.engine.first_names import same_first_name
from guardiansync.engine.holds import HoldMaker, listed, of_guardians, said_by_id
from guardiansync.engine.keys import KEY, Shared
from guardiansync.model.plan import Hold, HoldReason
from guardiansync.model.roster import ROLE_DETAILS, AccountState, RoleState, Roster
from guardiansync.model.rule import Rule

_SAID_KEY: Final = tuple(f"said_{name}" for name in KEY)


def exchanged(news: pl.DataFrame, new: pl.DataFrame, maker: HoldMaker) -> tuple[list[Hold], pl.Series]:
    """M10: ids that take a key which another id leaves tonight, one hold for all that hang together.

    Args:
        news: As `news_of` returns them.
        new: New ids with `KEY` and `key_usable`.
        maker: Knows what was released.

    Returns:
        The holds, and the ids that a released one was about.
    """
    leaving = news.filter("said_usable", "key_changed").select(
        left_by="sis_id", left_account="account_id", **dict(zip(KEY, _SAID_KEY, strict=True))
    )
    columns = ["sis_id", "account_id", *KEY]
    taking = pl.concat(
        [
            news.filter("key_usable", "key_changed").select(columns),
            new.filter("key_usable").select("sis_id", pl.lit("").alias("account_id"), *KEY),
        ]
    )
    pairs = taking.join(leaving, on=KEY).filter(
        pl.col("sis_id") != pl.col("left_by"), pl.col("account_id") != pl.col("left_account")
    )
    holds: list[Hold] = []
    released: list[str] = []
    if pairs.is_empty():
        return holds, pl.Series(released, dtype=pl.String)
    ties = pairs.select("sis_id", "left_by").rows()
    linked = pl.concat([pairs["sis_id"], pairs["left_by"]]).unique().implode()
    speaking = pl.concat([frame.select("sis_id", *ROLE_DETAILS) for frame in (news, new)])
    words = said_by_id(speaking.filter(pl.col("sis_id").is_in(linked)))
    for group in groups_of((one for tie in ties for one in tie), ties):
        hold = maker.make(
            HoldReason.EXCHANGED,
            Rule.M10,
            of_guardians(group),
            f"{listed(group)}: tonight one takes the details that another had until now.",
            "Look whether their ids were exchanged in the SIS; release this if each now says what is right.",
            [words[one] for one in group],
        )
        if hold is None:
            released += group
        else:
            holds.append(hold)
    return holds, pl.Series(released, dtype=pl.String)


def recycled(news: pl.DataFrame, raw: pl.DataFrame, before: Roster, shared: Shared, maker: HoldMaker) -> list[Hold]:
    """M7: ids that say what another person would say.

    Args:
        news: As `news_of` returns them; those that other holds are about left out.
        raw: What the file itself says of each `sis_id`: a blank that was filled in agrees with nothing.
        before: The roster.
        shared: Contacts that tell nothing (A5).
        maker: Knows what was released.
    """
    told = news.filter("is_news")
    if told.is_empty():
        return []
    spoken = raw.filter(pl.col("sis_id").is_in(told["sis_id"].implode())).select("sis_id", "email", "sms")
    told = told.update(spoken, on="sis_id", how="left")
    another = ~same_first_name(told["first_name"], told["said_first_name"])
    # Somebody else would see what is there: a claimed account, one of several roles, one that was closed.
    roles = before.roles.filter(
        pl.col("account_id").is_in(told["account_id"].implode()), pl.col("state") == str(RoleState.ACTIVE)
    )
    is_shared = pl.col("account_id").is_in(roles.filter(roles["account_id"].is_duplicated())["account_id"].implode())
    is_dear = (pl.col("account_state") == str(AccountState.ACTIVE)) | pl.col("returns") | is_shared
    nothing_agrees = ~same_name("", "said_") & ~same_contact("", "said_", shared)
    doubtful = told.with_columns(another=another).filter(nothing_agrees | (pl.col("another") & is_dear))
    words = said_by_id(news.join(doubtful, on="sis_id", how="semi"))
    holds = []
    for one in doubtful.sort("sis_id").iter_rows(named=True):
        hold = maker.make(
            HoldReason.RECYCLED_ID,
            Rule.M7,
            of_guardians([one["sis_id"]]),
            f"{one['sis_id']} says what somebody else would say, not the person of account {one['account_id']}.",
            "Give the new person an id of their own in the SIS; release this if it is the same person.",
            [words[one["sis_id"]]],
        )
        if hold is not None:
            holds.append(hold)
    return holds
