"""What people said of ids that are new tonight: their roles were taken back, and the pins still stand."""

import polars as pl
from attrs import frozen

from guardiansync.engine.agreement import groups_of
from guardiansync.engine.pinned import Pins, refs
from guardiansync.model.roster import RoleKind, RoleRef, Roster

_PAIR = {"sis_id": pl.String, "account_id": pl.String}


@frozen(eq=False)
class NewPins:
    """Pins of new ids.

    Attributes:
        pins: All pins.
        ids: The new ids that pins are about, as roles.
        accounts: The pinned roles of each account, where tonight's plan puts them.
    """

    pins: Pins
    ids: dict[str, RoleRef]
    accounts: dict[str, list[RoleRef]]

    @classmethod
    def of(cls, new: pl.Series, roles: pl.DataFrame, before: Roster, kind: RoleKind, pins: Pins) -> "NewPins":
        """What is pinned of these ids.

        Args:
            new: Ids that have no role yet.
            roles: The roster's, on the accounts that they move to tonight.
            before: The roster.
            kind: Which roles the ids are to have.
            pins: What people said.
        """
        if not pins:
            return cls(pins, {}, {})
        known = set(new)
        ids = {
            role.sis_id: role
            for role in pins.group
            if (role.scope, role.kind) == (str(before.scope), str(kind)) and role.sis_id in known
        }
        accounts: dict[str, list[RoleRef]] = {}
        for ref, account in zip(refs(roles), roles["account_id"], strict=True):
            if ref in pins.group:
                accounts.setdefault(account, []).append(ref)
        return cls(pins, ids, accounts)

    @property
    def placed(self) -> list[str]:
        """The ids that a person said are somebody who has an account."""
        return [one for one, ref in self.ids.items() if self._together(ref)]

    def _together(self, ref: RoleRef) -> list[str]:
        return [
            account for account, others in self.accounts.items() if any(self.pins.are_same(ref, one) for one in others)
        ]

    def settled(self, fits: pl.DataFrame) -> pl.DataFrame:
        """Accounts that fit ids, without those they are pinned apart from; of pinned ids those they are pinned to.

        Args:
            fits: `sis_id` and `account_id`.
        """
        if not self.ids:
            return fits
        apart = [
            (one, account)
            for one, ref in self.ids.items()
            for account, others in self.accounts.items()
            if self.pins.part([ref], others)
        ]
        said = [(one, account) for one, ref in self.ids.items() for account in self._together(ref)]
        kept = fits.join(pl.DataFrame(apart, schema=_PAIR, orient="row"), on=list(_PAIR), how="anti")
        placed = pl.DataFrame(said, schema=_PAIR, orient="row")
        return pl.concat([kept.join(placed, on="sis_id", how="anti"), placed])

    def founders(self, sharing: pl.DataFrame, free: pl.Series) -> pl.DataFrame:
        """Who shares a new account with whom, once people are heard.

        Args:
            sharing: `sis_id` and `founder`: new ids of one key.
            free: All new ids that get an account of their own or share one.
        """
        mine = {one: ref for one, ref in self.ids.items() if one in set(free)}
        if not mine:
            return sharing
        keyed = sharing.filter(
            ~pl.struct("sis_id", "founder").is_in(
                pl.Series(
                    [
                        {"sis_id": one, "founder": founder}
                        for one, founder in sharing.iter_rows()
                        if one in mine and founder in mine and self.pins.are_apart(mine[one], mine[founder])
                    ],
                    dtype=pl.Struct({"sis_id": pl.String, "founder": pl.String}),
                ).implode()
            )
        )
        ties = [row for row in keyed.iter_rows() if row[0] in mine or row[1] in mine]
        ties += [
            (one, other) for one in mine for other in mine if one < other and self.pins.are_same(mine[one], mine[other])
        ]
        groups = list(groups_of((one for tie in ties for one in tie), ties))
        said = [(one, group[0]) for group in groups if len(group) > 1 for one in group]
        placed = pl.DataFrame(said, schema={"sis_id": pl.String, "founder": pl.String}, orient="row")
        return pl.concat([keyed.join(placed, on="sis_id", how="anti"), placed])
