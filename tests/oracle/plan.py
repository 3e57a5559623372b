"""A whole evening: from the file and the roster to what changes, what is held, and what became of each row."""

from collections.abc import Iterable
from dataclasses import dataclass

import guardiansync as gs
from guardiansync.model.change import SCHEMAS
from guardiansync.model.feed import Feed
from oracle.access import deny, resembling, rows_apart, too_many
from oracle.contacts import reopened, updates
from oracle.keys import Contacts
from oracle.matching import match
from oracle.people import Pair, Said, read_stored, read_tonight
from oracle.pins import Pins
from oracle.removals import removals
from oracle.rows import row_results
from oracle.speaking import everybody, listen
from oracle.state import Hold, State
from oracle.undone import news_taken_back, taken_back, undone_holds, without_undone

Tuples = set[tuple[str, ...]]


@dataclass
class Summary:
    """A plan that can be compared with another."""

    frames: dict[str, Tuples]
    holds: list[Hold]
    rows: list[tuple[int, str, str, str]]


def oracle_plan(feed: Feed, roster: gs.Roster, settings: gs.SyncSettings, released: Iterable[Hold]) -> Summary:
    """Decide by the letter of the design.

    Args:
        feed: The file, cleaned.
        roster: What is stored.
        settings: How careful to be.
        released: What people released on evenings before, as this function named it.

    Raises:
        Contradiction: The pins contradict each other.
    """
    stored = read_stored(roster)
    tonight = read_tonight(feed, stored)
    contacts = Contacts(everybody(stored, tonight), settings.max_names_per_contact)
    spoken = listen(stored, tonight, contacts)
    pins = Pins(stored.pins)
    told = State(settings, stored, tonight, contacts, spoken, pins, frozenset(released))
    withheld = news_taken_back(told)
    while True:
        undone = {change for changes in withheld.values() for change in changes}
        heard = without_undone(spoken, stored, undone)
        state = State(settings, stored, tonight, contacts, heard, pins, frozenset(released))
        state.withheld = undone
        summary = _decided(state)
        again = taken_back(state, summary.frames, withheld)
        if again == withheld:
            summary.holds += undone_holds(withheld)
            return summary
        withheld = again


def _decided(state: State) -> Summary:
    match(state)
    deny(state)
    rows_apart(state)
    resembling(state)
    too_many(state)
    return _summary(state)


def _summary(state: State) -> Summary:
    used = state.used()
    using = sorted({guardian for _, guardian in used})
    for guardian in [one for one in state.account if one not in using]:
        if not state.known(guardian):
            del state.account[guardian]  # nothing of theirs is used, so they get no account
    frames: dict[str, Tuples] = {name: set() for name in SCHEMAS}
    frames |= removals(state)
    frames["create_accounts"] = _created(state, using)
    frames["reactivate_accounts"] = _reactivated(state, using)
    frames["grant_roles"] = {grant for guardian in using for grant in _grant(state, guardian)}
    frames["start_guardianships"] = {start for pair in used for start in _start(state, pair)}
    frames["update_contacts"] = updates(state, using)
    for (_, kind, sis_id), (source, into, rule) in state.moved.items():
        name = "merge_accounts" if rule == "M6" or into in state.stored.accounts else "split_accounts"
        frames[name].add((source, into, kind, sis_id, rule))
    return Summary(frames, state.holds, row_results(state, frames))


def _created(state: State, using: list[str]) -> Tuples:
    """New accounts, with the first thing that is said of each detail."""
    members: dict[str, list[Said]] = {}
    rules: dict[str, str] = {}
    for guardian in using:
        account = state.account[guardian]
        if account not in state.stored.accounts:
            members.setdefault(account, []).append(state.spoken[guardian].said)
            rules[account] = state.rule[guardian]
    for ref, (_, into, rule) in sorted(state.moved.items()):
        if into not in state.stored.accounts and ref[2] not in using:
            members.setdefault(into, []).append(state.stored.roles[ref].said)
            rules.setdefault(into, rule)
    return {
        (
            account,
            *(next((value for value in values if value), "") for values in zip(*said, strict=True)),
            rules[account],
        )
        for account, said in members.items()
    }


def _reactivated(state: State, using: list[str]) -> Tuples:
    rules: dict[str, str] = {}
    for guardian in using:
        account = state.stored.accounts.get(state.account[guardian])
        if account is not None and account.state == "archived":
            rules[state.account[guardian]] = min(
                rules.get(state.account[guardian], state.rule[guardian]), state.rule[guardian]
            )
    return {
        (account, "archived", reopened(state.stored.accounts[account]), "R7" if rule == "M1" else rule)
        for account, rule in rules.items()
    }


def _grant(state: State, guardian: str) -> list[tuple[str, ...]]:
    role = state.stored.roles.get(state.stored.guardian(guardian))
    if role is not None and role.state == "active":
        return []
    said = state.spoken[guardian].said
    before, rule = ("revoked", "R7") if role else ("void", state.rule[guardian])
    return [("guardian", guardian, state.account[guardian], *said[:4], before, rule)]


def _start(state: State, pair: Pair) -> list[tuple[str, ...]]:
    tie = state.stored.ties.get(pair)
    if tie is not None and tie[0] == "active":
        return []
    before, rule = ("ended", "R7") if tie else ("void", state.rule[pair[1]])
    return [(*pair, state.account[pair[1]], before, rule)]
