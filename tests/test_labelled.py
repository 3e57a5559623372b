"""In a district whose people are known nobody is merged with anybody else, and nobody split without a word.

GUARDIANSYNC_STUDENTS=100000 pytest -n 0 -s tests/test_labelled.py
"""

import os
from collections import defaultdict
from random import Random

import polars as pl
from labelled import LabelledDistrict

import guardiansync as gs
from guardiansync.stores.protocol import Store

STUDENTS = int(os.environ.get("GUARDIANSYNC_STUDENTS", "2000"))
SCOPE = gs.District("d-1")
SETTINGS = gs.SyncSettings(scope=SCOPE, enabled=True, deletion_threshold=0.5)
EVENINGS = 4


def load(store: Store, district: LabelledDistrict) -> None:
    gs.load_roster(
        store,
        SCOPE,
        students=[{"student_sis_id": one} for one in district.students],
        staff=[
            {"sis_id": sis_id, "first_name": said.first, "last_name": said.last, "email": said.email, "sms": said.sms}
            for sis_id, (_, said) in district.staff.items()
        ],
    )


def test_nobody_is_merged_with_anybody_and_nobody_split_without_a_word() -> None:
    district, store, chance = LabelledDistrict(STUDENTS), gs.open_store("memory://"), Random(2)  # noqa: S311
    named: set[str] = set()
    merged: list[str] = []
    taken: list[str] = []
    owners: dict[str, set[int]] = {}
    split: list[str] = []
    for _ in range(EVENINGS):
        load(store, district)
        report = gs.sync(SETTINGS, store, district.guardians_csv())
        held = {one for hold in report.holds for one in hold.members["guardian_sis_id"]}
        named |= held | set(report.findings.frame["guardian_sis_id"])
        labels = Labels(store, district, held)
        merged += labels.wrong_merges()
        split += labels.silent_splits(named)
        taken += labels.takeovers(owners)
        claiming = labels.some(chance)
        store.mark_active(claiming)
        owners |= {account: labels.people_on(account) for account in claiming if account not in owners}
        district.next_evening()
    assert merged == []
    assert taken == []
    assert split == []


class Labels:
    """Who is on which account, and who it really is."""

    def __init__(self, store: Store, district: LabelledDistrict, held: set[str]) -> None:
        roles = store.roster(SCOPE).roles.filter(pl.col("state") == "active")
        tonight = district.people()
        self._on: dict[str, list[tuple[str, int, tuple[str, ...]]]] = defaultdict(list)
        for kind, sis_id, account in roles.select("kind", "sis_id", "account_id").iter_rows():
            if sis_id in held:
                continue
            if kind == "staff":
                person, said = district.staff[sis_id]
            elif sis_id in tonight:
                person, said = tonight[sis_id].person, tonight[sis_id].said
            else:
                continue
            self._on[account].append((sis_id, person, said.key()))

    def wrong_merges(self) -> list[str]:
        """Accounts of several people; those whose keys are truly identical counted apart."""
        return [
            f"account {account}: {ids}"
            for account, ids in self._on.items()
            if len({person for _, person, _ in ids}) > 1 and len({key for _, _, key in ids}) > 1
        ]

    def takeovers(self, owners: dict[str, set[int]]) -> list[str]:
        """Claimed accounts that have come to somebody else than who claimed them."""
        return [
            f"account {account}: {self._on[account]}"
            for account, owner in owners.items()
            if self._on.get(account) and not self.people_on(account) <= owner
        ]

    def people_on(self, account: str) -> set[int]:
        return {person for _, person, _ in self._on[account]}

    def some(self, chance: Random) -> list[str]:
        accounts = sorted(self._on)
        return chance.sample(accounts, len(accounts) // 10)

    def silent_splits(self, named: set[str]) -> list[str]:
        """People with several accounts though all that is said of them is the same, and no hold or finding names them."""
        accounts: dict[tuple[int, tuple[str, ...]], set[str]] = defaultdict(set)
        ids: dict[tuple[int, tuple[str, ...]], set[str]] = defaultdict(set)
        for account, people in self._on.items():
            for sis_id, person, key in people:
                accounts[person, key].add(account)
                ids[person, key].add(sis_id)
        return [f"{sorted(ids[who])}" for who, several in accounts.items() if len(several) > 1 and not ids[who] & named]
