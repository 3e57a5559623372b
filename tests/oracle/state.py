"""What has been decided so far, and what the rules ask of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import guardiansync as gs
from oracle.keys import Contacts, Key
from oracle.people import Pair, Ref, Said, Stored, Tonight
from oracle.pins import Pins
from oracle.speaking import Spoken


class Hold(NamedTuple):
    """What waits for a person: released once, it is released whenever all three are the same."""

    reason: str
    members: frozenset[Pair]
    detail: tuple[object, ...] = ()


Undone = tuple[str, str, str, str, str, str, str]
"""A change that was taken back: its frame, kind, SIS id, student, target, field, and what it led to."""


@dataclass
class State:
    """An evening, decided rule by rule."""

    settings: gs.SyncSettings
    stored: Stored
    tonight: Tonight
    contacts: Contacts
    spoken: dict[str, Spoken]
    pins: Pins
    released: frozenset[Hold]
    holds: list[Hold] = field(default_factory=list)
    frozen: dict[str, str] = field(default_factory=dict)
    """Guardians that are held, and why."""
    account: dict[str, str] = field(default_factory=dict)
    """The account of each guardian who has one after tonight, where that is decided."""
    rule: dict[str, str] = field(default_factory=dict)
    """What decided it."""
    moved: dict[Ref, tuple[str, str, str]] = field(default_factory=dict)
    """Roles that change accounts: from, into, and the rule."""

    apart: set[tuple[str, int]] = field(default_factory=set)
    """Rows that are held because their guardian's other rows name somebody else (U6): the guardian and the line."""
    held_pairs: dict[Pair, str] = field(default_factory=dict)
    """Ties that are held while their guardians are not, and why."""
    withheld: set[Undone] = field(default_factory=set)
    """Changes that people took back by undoing a run, and nobody released since."""
    denied: set[Pair] = field(default_factory=set)
    """Ties that people deny (A2)."""

    def known(self, guardian: str) -> bool:
        """Whether the id has a guardian role in this scope."""
        return self.stored.guardian(guardian) in self.stored.roles

    def free(self) -> list[str]:
        """The guardians of the file who are not held, in order."""
        return sorted(set(self.spoken) - set(self.frozen))

    def speaks(self, ref: Ref) -> bool:
        """Whether a role says something tonight that counts."""
        return self.stored.is_mine(ref) and ref[2] in self.spoken and ref[2] not in self.frozen

    def said_by(self, ref: Ref) -> Said:
        """What counts as said by a role: tonight's, or what is stored where it is silent or held."""
        return self.spoken[ref[2]].said if self.speaks(ref) else self.stored.roles[ref].said

    def key_of(self, ref: Ref) -> Key:
        """The identity key that counts."""
        return self.contacts.key(self.said_by(ref))

    def account_of(self, ref: Ref) -> str:
        """Where a stored role stands after the moves so far."""
        return self.moved[ref][1] if ref in self.moved else self.stored.roles[ref].account

    def in_force(self, account: str) -> list[Ref]:
        """The roles in force on an account, those that return tonight included."""
        return [
            ref
            for ref in sorted(self.stored.roles)
            if self.account_of(ref) == account and (self.stored.roles[ref].state == "active" or self.speaks(ref))
        ]

    def is_live(self, account: str) -> bool:
        """Whether an account is open; a new one is."""
        return account not in self.stored.accounts or self.stored.accounts[account].state != "archived"

    def is_claimed(self, account: str) -> bool:
        """Whether its owner has claimed it, and it is open."""
        return account in self.stored.accounts and self.stored.accounts[account].state == "active"

    def withholds(
        self, frame: str, guardian: str, student: str = "", target: str = "", name: str = "", after: str = ""
    ) -> bool:
        """Whether a change was taken back."""
        return (frame, "guardian", guardian, student, target, name, after) in self.withheld

    def account_after(self, guardian: str) -> str:
        """The account of a guardian after tonight, or blank for none."""
        ref = self.stored.guardian(guardian)
        if guardian in self.account:
            return self.account[guardian]
        return self.account_of(ref) if ref in self.stored.roles else ""

    def used(self) -> set[Pair]:
        """The ties that tonight's rows bring or keep."""
        return {
            (row.student, guardian)
            for guardian in self.free()
            if guardian in self.account
            for row, _ in self.tonight.speaking[guardian]
            if self.is_used((row.student, guardian)) and (guardian, row.line) not in self.apart
        }

    def is_used(self, pair: Pair) -> bool:
        """Whether nothing stands against a tie."""
        taken_back = self.withholds("start_guardianships", pair[1], pair[0])
        return pair not in self.held_pairs and pair not in self.denied and not taken_back

    def hold_pairs(self, reason: str, pairs: Iterable[Pair]) -> bool:
        """Hold ties until a person releases them; whether they are held."""
        hold = Hold(reason, frozenset(pairs))
        if hold in self.released:
            return False
        self.holds.append(hold)
        for pair in hold.members:
            self.held_pairs.setdefault(pair, reason)
        return True

    def hold(
        self, reason: str, guardians: Iterable[str], detail: tuple[object, ...] = (), *, always: bool = False
    ) -> bool:
        """Hold guardians until a person releases them, or always; whether they are held."""
        guardians = sorted(guardians)
        hold = Hold(reason, frozenset(("", guardian) for guardian in guardians), detail)
        if hold in self.released and not always:
            return False
        self.holds.append(hold)
        self.frozen.update(dict.fromkeys(guardians, reason))
        return True
