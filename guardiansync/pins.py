"""What people say of persons: two roles are one, or never are; a guardian may not reach a student."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from guardiansync.by_hand import carry_out, one_version
from guardiansync.clock import Clock
from guardiansync.engine.denying import ids_of_one, standing_ties
from guardiansync.engine.pins import contradiction, with_changes
from guardiansync.errors import ContradictoryPins, SettingsError, UnknownId
from guardiansync.model.bulk import Changes
from guardiansync.model.change import SetDenial, SetPin
from guardiansync.model.plan import RunKind
from guardiansync.model.roster import DENIALS, PINS, RoleKind, RoleRef, Roster, Verdict
from guardiansync.model.rule import Rule
from guardiansync.model.run import RUNS, Run
from guardiansync.settings import Scope, parse_scope
from guardiansync.stores.protocol import Store

SAID_BY: Final = pl.Schema({name: RUNS[name] for name in ("run_id", "actor", "started_at")})
"""Beside each pin and denial: the run that set it, which `undo` takes back, who asked for it, and when."""


def pin_same(store: Store, a: RoleRef, b: RoleRef, *, actor: str = "") -> Run:
    """Say that two roles are one person, whatever their details say. The next sync brings them onto one account.

    Args:
        store: The roster.
        a: A role of the roster.
        b: Another one of the same district.
        actor: Who says so, for the journal.

    Returns:
        The run; `undo` of it takes the pin back.

    Raises:
        SettingsError: The roles are of two districts, are no roles, or are one and the same.
        UnknownId: The roster has no such role.
        ContradictoryPins: Other pins say that they never are. Nothing was written.
        StalePlan: The roster moved while this was looked at; try again. Nothing was written.
    """
    return _pin(store, a, b, Verdict.SAME, actor)


def pin_never_same(store: Store, a: RoleRef, b: RoleRef, *, actor: str = "") -> Run:
    """Say that two roles are never one person, whatever their details say. The next sync keeps or sets them apart.

    Args:
        store: The roster.
        a: A role of the roster.
        b: Another one of the same district.
        actor: Who says so, for the journal.

    Returns:
        The run; `undo` of it takes the pin back.

    Raises:
        SettingsError: The roles are of two districts, are no roles, or are one and the same.
        UnknownId: The roster has no such role.
        ContradictoryPins: Other pins say that they are one. Nothing was written.
        StalePlan: The roster moved while this was looked at; try again. Nothing was written.
    """
    return _pin(store, a, b, Verdict.NEVER_SAME, actor)


def deny(store: Store, scope: Scope, guardian_sis_id: str, student_sis_id: str, reason: str, *, actor: str = "") -> Run:
    """Deny a guardian access to a student, in the whole district and for every id on the guardian's account (A2).

    Ties that stand end at once, whoever started them. A role or account that nothing is left for is revoked and
    archived by the next sync. The guardian need not be known yet: whoever comes under that id is denied.

    Args:
        store: The roster.
        scope: Whose guardian id it is.
        guardian_sis_id: The guardian.
        student_sis_id: The student.
        reason: Why, in words that others will read: `denials` lists it.
        actor: Who asked for it, for the journal.

    Returns:
        The run: its counts say how many ties ended. `undo` of it takes the denial back, and with it the ties of
        guardians and students who are still there.

    Raises:
        SettingsError: An id or the reason is blank.
        UnknownId: The roster knows neither the guardian nor the student.
        StalePlan: The roster moved while this was looked at; try again. Nothing was written.
    """
    clock = Clock()
    given = {"guardian_sis_id": guardian_sis_id, "student_sis_id": student_sis_id, "reason": reason}
    for name, value in given.items():
        if not value.strip():
            raise SettingsError(name, "a text that is not blank", "a blank one")
    own = store.roster(scope)
    ids = ids_of_one(own, guardian_sis_id)
    if ids.is_empty() and own.students.filter(pl.col("student_sis_id") == student_sis_id).is_empty():
        raise UnknownId(str(scope), "student", student_sis_id)
    others = [parse_scope(name) for name in ids["scope"].unique().sort() if name != str(scope)]
    rosters = {scope: own} | {other: store.roster(other) for other in others}
    wanted = {
        where: Changes(end_guardianships=standing_ties(roster, ids, student_sis_id))
        for where, roster in rosters.items()
    }
    denied = _denial(own, guardian_sis_id, student_sis_id, reason.strip())
    return carry_out(
        store,
        RunKind.DENIAL,
        wanted | {scope: wanted[scope].replace(set_denials=denied)},
        one_version(rosters.values()),
        clock=clock,
        actor=actor,
    )


def pins(store: Store, scope: Scope) -> pl.DataFrame:
    """The pins of a district that stand.

    Args:
        store: The roster.
        scope: The district, or one of its schools.

    Returns:
        One row for each: scope, kind, sis_id, other_scope, other_kind, other_sis_id, verdict ("same" or "never_same"),
        and the run that set it, who asked for that and when: run_id, actor, started_at.
    """
    standing = store.roster(scope).pins
    scopes = {*standing["scope"], *standing["other_scope"]}
    return _said_by(store, scopes, RunKind.PIN, standing)


def denials(store: Store, scope: Scope) -> pl.DataFrame:
    """The denials of a district that stand.

    Args:
        store: The roster.
        scope: The district, or one of its schools.

    Returns:
        One row for each: guardian_sis_id, student_sis_id, scope (whose guardian id it is), why, and the run that set
        it, who asked for that and when: run_id, actor, started_at.
    """
    standing = store.roster(scope).denials
    return _said_by(store, standing["scope"], RunKind.DENIAL, standing)


def _pin(store: Store, a: RoleRef, b: RoleRef, verdict: Verdict, actor: str) -> Run:
    clock = Clock()
    one, other = sorted((a, b))
    scopes = {ref: parse_scope(ref.scope) for ref in (a, b)}
    if one == other:
        raise SettingsError("pin", "two roles", f"{one} twice")
    if scopes[one].district != scopes[other].district:
        raise SettingsError("pin", "two roles of one district", f"{one} beside {other}")
    rosters = {scope: store.roster(scope) for scope in scopes.values()}
    for ref, scope in scopes.items():
        _require(ref, rosters[scope])
    standing = rosters[scopes[a]].pins
    before = _verdict(standing, one, other)
    change = SetPin(
        scope=one.scope, kind=one.kind, sis_id=one.sis_id, other_scope=other.scope, other_kind=other.kind,
        other_sis_id=other.sis_id, before=before, after=str(verdict), reason=Rule.PIN,
    )  # fmt: skip
    wanted = Changes.of([change] if before != verdict else [])
    if found := contradiction(with_changes(standing, wanted["set_pins"])):
        raise ContradictoryPins(scopes[a].district, found)
    return carry_out(
        store,
        RunKind.PIN,
        {scopes[a]: wanted},
        one_version(rosters.values()),
        clock=clock,
        actor=actor,
    )


def _require(ref: RoleRef, roster: Roster) -> None:
    if ref.kind not in set(RoleKind):
        raise SettingsError("pin", "a role of kind guardian or staff", repr(ref.kind))
    if roster.roles.filter(scope=ref.scope, kind=ref.kind, sis_id=ref.sis_id).is_empty():
        raise UnknownId(ref.scope, ref.kind, ref.sis_id)


def _verdict(standing: pl.DataFrame, one: RoleRef, other: RoleRef) -> str:
    pair = dict(zip(PINS.names()[:-1], (*_words(one), *_words(other)), strict=True))
    return next(iter(standing.filter(**pair)["verdict"]), "")


def _words(ref: RoleRef) -> tuple[str, str, str]:
    return ref.scope, ref.kind, ref.sis_id


def _denial(roster: Roster, guardian_sis_id: str, student_sis_id: str, reason: str) -> pl.DataFrame:
    """The frame `set_denials`; empty where it is denied for that reason already."""
    standing = roster.denials.filter(
        guardian_sis_id=guardian_sis_id, student_sis_id=student_sis_id, scope=str(roster.scope)
    )
    change = SetDenial(
        guardian_sis_id=guardian_sis_id, student_sis_id=student_sis_id, before=next(iter(standing["why"]), ""),
        after=reason, reason=Rule.A2,
    )  # fmt: skip
    return Changes.of([change] if change.before != reason else [])["set_denials"]


def _said_by(store: Store, scopes: Iterable[str], kind: RunKind, standing: pl.DataFrame) -> pl.DataFrame:
    """What stands, each with the last run that set it."""
    schema, frame = (PINS, "set_pins") if kind is RunKind.PIN else (DENIALS, "set_denials")
    keys = schema.names()[:-1]
    said = [pl.DataFrame(schema={**{name: pl.String() for name in keys}, **SAID_BY})]
    for scope in map(parse_scope, sorted(set(scopes))):
        for run in _runs_that_say(store.runs(scope), kind).iter_rows(named=True):
            changes = store.changes(run["run_id"], scope)[frame]
            where = [] if "scope" in changes.columns else [pl.lit(str(scope)).alias("scope")]
            by = [pl.lit(run[name], dtype).alias(name) for name, dtype in SAID_BY.items()]
            said.append(changes.with_columns(*where, *by).select(*keys, *SAID_BY))
    last = pl.concat(said).sort("started_at", "run_id", maintain_order=True).unique(keys, keep="last")
    return standing.join(last, on=keys, how="left", maintain_order="left")


def _runs_that_say(runs: pl.DataFrame, kind: RunKind) -> pl.DataFrame:
    """The runs that can have set pins, or denials: of that kind, of a change of level, and what takes those back."""
    known: set[str] = set()
    for run_id, of_kind, undoes in runs.reverse().select("run_id", "kind", "undoes").iter_rows():
        if of_kind in (kind, RunKind.MIGRATION) or undoes in known:
            known.add(run_id)
    return runs.filter(pl.col("run_id").is_in(list(known)))
