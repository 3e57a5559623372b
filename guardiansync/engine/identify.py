"""Who is who: the rules of matching in their order, the same for guardians and staff.

pins      what people said comes first; contradictions raise
M10, M7   a known id in doubt waits, and counts with what it last said
M9        known ids that share an account and no longer agree part, or wait
M6        known ids that came to another account's key join it, or wait
M1        other known ids keep their account
M1 … M4   new ids: a sibling school's id (M1), M8, M5, M2, M3, M4
"""  # fmt: skip

from collections.abc import Mapping
from typing import Final

import polars as pl
from attrs import evolve, frozen

from guardiansync.engine.again import Again
from guardiansync.engine.became_one import Evening, became_one, directly
from guardiansync.engine.doubts import exchanged, recycled
from guardiansync.engine.holders import key_holders
from guardiansync.engine.holds import HoldMaker
from guardiansync.engine.keys import KEY, Shared, mixes_scripts, with_keys
from guardiansync.engine.known import known_ids, moved, news_of
from guardiansync.engine.match import match
from guardiansync.engine.nearly import nearly_known
from guardiansync.engine.new_pins import NewPins
from guardiansync.engine.parting import partings
from guardiansync.engine.pinned import Pins
from guardiansync.model.feed import FEED_DETAILS
from guardiansync.model.plan import Hold, HoldReason
from guardiansync.model.roster import ROLE_DETAILS, RoleKind, RoleState, Roster
from guardiansync.model.rule import Rule

_IDENTIFIED: Final = (
    "sis_id", *FEED_DETAILS, *(f"said_{name}" for name in ROLE_DETAILS), "account_id", "role_state", "rule", "waits",
)  # fmt: skip


@frozen
class Caution:
    """How careful matching is.

    Attributes:
        confirm_staff_links: Whether a role on a staff member's account waits for a person (M2).
        incomplete: Whether the file is not all there (R5): then no accounts are joined.
    """

    confirm_staff_links: bool = False
    incomplete: bool = False


@frozen(eq=False)
class Identified:
    """Who everybody is.

    Attributes:
        people: One row an id: `sis_id`, its details as they count, what its role last `said_…` (null if new), `account_id`
            ("" for none; a plan's name for a new one), `role_state` (void if new), the `rule` that decided, and `waits`: the
            reason of the hold that it waits for, or "".
        merges: The frame `merge_accounts`.
        splits: The frame `split_accounts`.
        holds: What waits for a person.
        frozen: The ids that holds are about; some of them may not speak tonight.
        damaged: `sis_id` and `field`: details kept because the new ones are damaged (U5).
        mixed: The new ids whose names mix scripts (A4).
        crowded: The new ids that no contact tells anything of, because it stands beside too many names (A5).
        nearly: Schema `NEARLY`: new people who are nearly somebody known.
        fired: Schema `UNDONE`: what is withheld because a person took it back.
    """

    people: pl.DataFrame
    merges: pl.DataFrame
    splits: pl.DataFrame
    holds: list[Hold]
    frozen: pl.Series
    damaged: pl.DataFrame
    mixed: pl.Series
    crowded: pl.Series
    nearly: pl.DataFrame
    fired: pl.DataFrame


def identify(
    people: pl.DataFrame, before: Roster, kind: RoleKind, shared: Shared, caution: Caution, again: Again
) -> Identified:
    """Decide on an account for each id that speaks.

    Args:
        people: One row an id: `sis_id` and the details of `FEED_DETAILS`.
        before: The roster.
        kind: Which roles the ids are of.
        shared: Contacts that tell nothing (A5).
        caution: How careful to be.
        again: What a person took back.

    Raises:
        ContradictoryPins: Pins contradict each other.
    """
    pins, maker = Pins.of(before), HoldMaker(before)
    known = known_ids(
        people, before, kind, again.about("update_contacts", kind=kind).filter(pl.col("target") == "role")
    )
    is_known = known.people["account_id"].is_not_null()
    old = known.people.filter(is_known)
    new = with_keys(known.people.filter(~is_known).drop("account_id", "role_state"), shared)
    news = news_of(old, before, shared)
    fired = [known.taken_back, _not_granted(known.people, again, kind)]
    held: dict[str, str] = dict.fromkeys(fired[1]["sis_id"], str(HoldReason.UNDONE))

    def hold(found: list[Hold]) -> list[Hold]:
        for one in found:
            held.update(dict.fromkeys(one.members["guardian_sis_id"], str(one.reason)))
        return found

    def free(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(~pl.col("sis_id").is_in(list(held))) if held else frame

    def stay(moves: pl.DataFrame) -> pl.DataFrame:
        """Those of the moves that a person took back."""
        rows = again.about("merge_accounts", "split_accounts").join(moves, on="sis_id", how="semi")
        held.update(dict.fromkeys(rows["sis_id"], str(HoldReason.UNDONE)))
        fired.append(rows)
        return rows

    swaps, settled = exchanged(free(news), free(new), maker)
    holds = hold(swaps)
    unsettled = free(news).filter(~pl.col("sis_id").is_in(settled.implode()))
    holds += hold(recycled(unsettled, people, before, shared, maker))
    parting = partings(free(news), free(old)["sis_id"], before, kind, shared, pins, maker)
    holds += hold(parting.holds)
    splits = parting.splits.join(stay(parting.splits), on="sis_id", how="anti", maintain_order="left")
    own = kind is RoleKind.GUARDIAN

    # Whom a hold freezes counts with the old key, which may be what somebody else came to: until nothing more is held.
    while True:
        splits = free(splits) if own else splits
        leaving = splits.select("sis_id", into="into_account_id")
        speaking = moved(free(news), leaving) if own else free(news)
        seeking = speaking.filter("key_usable", pl.col("key_changed") | pl.col("returns"))
        sought = pl.concat([seeking.select(KEY), free(new).filter("key_usable").select(KEY)])
        holders = moved(key_holders(sought, before, speaking, kind, shared), leaving, before)
        standing = evolve(before, roles=moved(before.roles, leaving, before)) if leaving.height else before
        joined = became_one(
            Evening(standing, kind, speaking, pins, maker, caution.incomplete), seeking, holders, held if own else ()
        )
        frozen = len(held)
        holds += hold(joined.holds)
        stay(joined.moves)
        if len(held) == frozen:
            break

    merges, splits = directly(joined.moves, splits)
    moves = pl.concat(
        [splits.select("sis_id", into="into_account_id"), joined.moves.select("sis_id", into="into_account_id")]
    )
    open_ids, waiting = free(new), new.filter(pl.col("sis_id").is_in(list(held)))
    pinned = NewPins.of(open_ids["sis_id"], moved(before.roles, moves, before), before, kind, pins)
    matched = match(
        open_ids, moved(holders, moves, before), before, kind, shared, pinned, maker,
        confirm_staff_links=caution.confirm_staff_links,
    )  # fmt: skip
    holds += hold(matched.holds)
    placed = moved(old, moves) if own else old
    rules = pl.concat([frame.select("sis_id", moved="reason") for frame in (merges, splits)])
    told = pl.concat(
        [
            _with_rule(placed, rules if own else rules.clear()),
            matched.people.select(_IDENTIFIED[:-1]),
            _nowhere(waiting),
        ]
    )
    return Identified(
        people=_with_waits(told, held).select(_IDENTIFIED),
        merges=merges,
        splits=splits,
        holds=list({one.id: one for one in holds}.values()),
        frozen=pl.Series("sis_id", list(held), pl.String),
        damaged=known.damaged,
        mixed=new.filter(mixes_scripts("first_name") | mixes_scripts("last_name"))["sis_id"],
        crowded=new.filter(
            (pl.col("email") != "") | (pl.col("sms") != ""), pl.col("email_key") == "", pl.col("sms_key") == ""
        )["sis_id"],
        nearly=nearly_known(matched.people, open_ids, holders),
        fired=pl.concat(fired),
    )


def _not_granted(people: pl.DataFrame, again: Again, kind: RoleKind) -> pl.DataFrame:
    """The roles that a person took back and that would be granted again."""
    taken = again.about("grant_roles", kind=kind)
    if taken.is_empty():
        return taken
    idle = people.filter(pl.col("role_state").is_null() | (pl.col("role_state") != str(RoleState.ACTIVE)))
    return taken.join(idle, on="sis_id", how="semi")


def _with_rule(known: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    if rules.is_empty():
        return known.with_columns(rule=pl.lit(str(Rule.M1))).select(_IDENTIFIED[:-1])
    return (
        known.join(rules, on="sis_id", how="left", maintain_order="left")
        .with_columns(rule=pl.col("moved").fill_null(str(Rule.M1)))
        .select(_IDENTIFIED[:-1])
    )


def _with_waits(people: pl.DataFrame, held: Mapping[str, str]) -> pl.DataFrame:
    """Beside each id the reason of the hold that it waits for, "" where it waits for none."""
    if not held:
        return people.with_columns(waits=pl.lit(""))
    waits = pl.DataFrame({"sis_id": list(held), "waits": list(held.values())})
    return people.join(waits, on="sis_id", how="left", maintain_order="left").with_columns(
        pl.col("waits").fill_null("")
    )


def _nowhere(waiting: pl.DataFrame) -> pl.DataFrame:
    return waiting.with_columns(account_id=pl.lit(""), role_state=pl.lit("void"), rule=pl.lit("")).select(
        _IDENTIFIED[:-1]
    )
