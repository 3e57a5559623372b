"""Who may reach whom: the deny list (A2), and how many guardians or students are too many (A1)."""

import polars as pl
from attrs import frozen

from guardiansync.engine.admit import PAIR
from guardiansync.engine.agreement import agree
from guardiansync.engine.holds import HoldMaker
from guardiansync.engine.known import moved
from guardiansync.model.keyed import few_with_many, is_repeated
from guardiansync.model.plan import Hold, HoldReason
from guardiansync.model.roster import ROLE_DETAILS, RoleKind, Roster, TieState
from guardiansync.model.rule import Rule


@frozen(eq=False)
class Denied:
    """Whom the deny list keeps from whom (A2).

    Attributes:
        accounts: `account_id` and `student_sis_id`: it covers every id on the account.
        ids: `guardian_sis_id` and `student_sis_id`: ids of this scope, whatever their account.
        details: `student_sis_id`, `denied_account_id` and `denied_…`: what the SIS last said of who is denied.
    """

    accounts: pl.DataFrame
    ids: pl.DataFrame
    details: pl.DataFrame

    @classmethod
    def of(cls, before: Roster, moves: pl.DataFrame, people: pl.DataFrame) -> "Denied":
        """What the deny list comes to.

        Args:
            before: The roster.
            moves: `from_account_id`, `into_account_id`, `kind` and `sis_id`: roles that move tonight.
            people: Who speaks tonight: a denial may be of an id that nobody knew before.
        """
        denials = before.denials
        roles = moved(before.roles, moves.select("sis_id", into="into_account_id"), before)
        guardians = roles.filter(pl.col("kind") == str(RoleKind.GUARDIAN))
        named = denials.join(guardians, left_on=["scope", "guardian_sis_id"], right_on=["scope", "sis_id"]).select(
            "student_sis_id", "account_id", "scope", "guardian_sis_id"
        )
        own = denials.filter(pl.col("scope") == str(before.scope)).select("guardian_sis_id", "student_sis_id").unique()
        speaking = few_with_many(
            own, people.filter(pl.col("account_id") != "", pl.col("waits") == ""), ["guardian_sis_id"], ["sis_id"]
        )
        accounts = pl.concat([frame.select("account_id", "student_sis_id") for frame in (named, speaking)]).unique()
        stored = pl.concat(
            roles.join(known.select("account_id", "student_sis_id").unique(), on="account_id")
            for known in (named, speaking)
        )
        said = pl.concat(
            frame.select(
                "student_sis_id", denied_account_id="account_id", **{f"denied_{name}": name for name in ROLE_DETAILS}
            )
            for frame in (stored, speaking)
        ).unique()
        return cls(accounts, own, said)

    @property
    def is_empty(self) -> bool:
        """Whether nobody is denied."""
        return self.accounts.is_empty() and self.ids.is_empty()

    def among(self, ties: pl.DataFrame) -> pl.DataFrame:
        """Those of some ties that are denied.

        Args:
            ties: Has `student_sis_id`, `guardian_sis_id` and `account_id`.
        """
        by_account = ties.join(self.accounts, on=["account_id", "student_sis_id"], how="semi")
        by_id = ties.join(self.ids, on=PAIR, how="semi")
        return pl.concat([by_account, by_id]).unique(maintain_order=True)


def resembling(rows: pl.DataFrame, people: pl.DataFrame, denied: Denied, maker: HoldMaker) -> list[Hold]:
    """A2: new ids of a student that agree with somebody who is denied, one hold for each pair.

    Args:
        rows: Rows in use whose tie does not stand: `student_sis_id`, `guardian_sis_id`, `account_id`.
        people: What each `sis_id` says.
        denied: The deny list.
        maker: Knows what was released.
    """
    if denied.details.is_empty():
        return []
    met = (
        rows.select(*PAIR, "account_id")
        .join(denied.details, on="student_sis_id")
        .filter(pl.col("account_id") != pl.col("denied_account_id"))
        .join(people.select("sis_id", *ROLE_DETAILS), left_on="guardian_sis_id", right_on="sis_id")
        .filter(agree("", "denied_"))
    )
    holds = []
    for pair, group in met.sort(PAIR).group_by(PAIR, maintain_order=True):
        hold = maker.make(
            HoldReason.RESEMBLES_DENIED,
            Rule.A2,
            group.select(PAIR).unique(),
            f"Guardian {pair[1]!s} of student {pair[0]!s} has a name or contact in common with somebody who is denied that "
            "student.",
            "Release this if they are another person.",
        )
        if hold is not None:
            holds.append(hold)
    return holds


@frozen
class Limits:
    """How many are too many (A1).

    Attributes:
        guardians: `settings.max_guardians_per_student`.
        students: `settings.max_students_per_guardian`.
    """

    guardians: int
    students: int


def too_many(starts: pl.DataFrame, standing: pl.DataFrame, limits: Limits, maker: HoldMaker) -> list[Hold]:
    """A1: the new ties of students with too many guardians, and of accounts with too many students.

    Args:
        starts: Ties that would start: `student_sis_id`, `guardian_sis_id`, `account_id`.
        standing: Ties that will go on standing: the same columns.
        limits: How many are too many.
        maker: Knows what was released.
    """
    for one, other, most, reason, message, remedy in (
        (
            "student_sis_id", "account_id", limits.guardians, HoldReason.TOO_MANY_GUARDIANS,
            "Student {} would have more than {} guardians",
            "Look whether they are guardians of this student; release this if they are.",
        ),
        (
            "account_id", "student_sis_id", limits.students, HoldReason.TOO_MANY_STUDENTS,
            "Account {} would have more than {} students",
            "Look whether these are all children of this guardian; release this if they are.",
        ),
    ):  # fmt: skip
        released, holds = maker.released_pairs(reason), []
        for (name,), ties in _crowded(starts, standing, one, other, most):
            pairs = ties.join(released, on=PAIR, how="anti").select(PAIR).unique().sort(PAIR)
            said = f"{message.format(_shown(str(name), ties), most)}; {pairs.height} new ties wait."
            hold = maker.make(reason, Rule.A1, pairs, said, remedy, always=True) if pairs.height else None
            if hold is not None:
                holds.append(hold)
        if holds:  # what waits for the one reason may not be too many for the other
            return holds
    return []


def _shown(name: str, ties: pl.DataFrame) -> str:
    """An account that is not stored yet goes by its guardian."""
    return f"of guardian {ties['guardian_sis_id'].min()!s}" if name.startswith("new:") else name


def _crowded(
    starts: pl.DataFrame, standing: pl.DataFrame, one: str, other: str, most: int
) -> list[tuple[tuple[object, ...], pl.DataFrame]]:
    gaining = starts.select(one).unique() if standing.height else starts.select(one)
    there = standing.join(gaining, on=one, how="semi") if standing.height else standing
    ties = pl.concat([starts.select(one, other), there.select(one, other)])
    # Only those with many ties can have too many of the other.
    often = ties.filter(is_repeated(ties, [one], most)).select(one).unique()
    if often.is_empty():
        return []
    many = ties.join(often, on=one, how="semi").group_by(one).agg(pl.col(other).n_unique()).filter(pl.col(other) > most)
    new = starts.join(many, on=one, how="semi")
    return list(new.sort(one).group_by([one], maintain_order=True))


def standing_ties(before: Roster, moves: pl.DataFrame) -> pl.DataFrame:
    """The ties in force, with the accounts that their guardians have after tonight.

    Args:
        before: The roster.
        moves: As for `Denied.of`.
    """
    ties = before.guardianships.filter(pl.col("state") == str(TieState.ACTIVE)).select(*PAIR, "account_id")
    if moves.is_empty():
        return ties
    into = moves.filter(pl.col("kind") == str(RoleKind.GUARDIAN)).select(
        guardian_sis_id="sis_id", into="into_account_id"
    )
    return ties.join(into, on="guardian_sis_id", how="left").select(*PAIR, account_id=pl.coalesce("into", "account_id"))
