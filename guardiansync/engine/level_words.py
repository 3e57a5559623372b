"""People's words when guardians move to another level: pins and denials go where the roles go."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import polars as pl

from guardiansync.engine.levels import Moving
from guardiansync.model.bulk import Changes
from guardiansync.model.change import SetDenial, SetPin
from guardiansync.model.roster import RoleRef, Verdict
from guardiansync.model.rule import Rule

_REF = ["scope", "kind", "sis_id"]


def moved_pins(pins: pl.DataFrame, moving: Moving) -> tuple[pl.DataFrame, tuple[RoleRef, ...]]:
    """Pins go with their roles; a role that goes to several scopes takes them to each.

    Args:
        pins: Schema `PINS`: those that stand.
        moving: What goes where.

    Returns:
        The frame `set_pins`, and the roles that would be pinned as never one person with themselves.
    """
    standing = {(RoleRef(*row[:3]), RoleRef(*row[3:6])): row[6] for row in pins.iter_rows()}
    places: dict[RoleRef, list[RoleRef]] = {}
    named = {ref for pair in standing for ref in pair}
    for scope, kind, sis_id, into in moving.roles.select(*_REF, "into").unique().sort(pl.all()).iter_rows():
        if (was := RoleRef(scope, kind, sis_id)) in named:
            places.setdefault(was, []).append(RoleRef(into, kind, sis_id))
    wanted: dict[tuple[RoleRef, RoleRef], str] = {}
    torn: list[RoleRef] = []
    for (one, other), verdict in standing.items():
        for a, b in product(places.get(one, [one]), places.get(other, [other])):
            if a != b:
                pair = (min(a, b), max(a, b))
                # Never is the safer word where two are said of one pair.
                wanted[pair] = max(verdict, wanted.get(pair, ""), key=lambda said: said == Verdict.NEVER_SAME)
            elif verdict == Verdict.NEVER_SAME:
                torn.append(a)
    changes = [
        SetPin(
            scope=one.scope, kind=one.kind, sis_id=one.sis_id, other_scope=other.scope, other_kind=other.kind,
            other_sis_id=other.sis_id, before=standing.get((one, other), ""), after=wanted.get((one, other), ""),
            reason=Rule.LEVEL,
        )
        for one, other in sorted({*standing, *wanted})
    ]  # fmt: skip
    return Changes.of(change for change in changes if change.before != change.after)["set_pins"], tuple(
        sorted(set(torn))
    )


def moved_denials(denials: pl.DataFrame, sources: Iterable[str], targets: Sequence[str]) -> Mapping[str, pl.DataFrame]:
    """Denials go to every scope that guardians go to: whoever comes under that id there is denied as well.

    Args:
        denials: Schema `DENIALS`: those that stand.
        sources: The scopes that guardians leave.
        targets: The scopes that they go to.

    Returns:
        The frame `set_denials` of each scope that has one.
    """
    standing = {(scope, guardian, student): why for guardian, student, scope, why in denials.iter_rows()}
    leaving = {key: why for key, why in sorted(standing.items()) if key[0] in set(sources)}
    wanted: dict[tuple[str, str, str], str] = dict.fromkeys(leaving, "")
    for (_, guardian, student), why in leaving.items():
        for target in targets:
            key = (target, guardian, student)
            wanted.setdefault(key, standing.get(key, why))
    by_scope: dict[str, list[SetDenial]] = {}
    for (scope, guardian, student), why in wanted.items():
        before = standing.get((scope, guardian, student), "")
        if before != why:
            denial = SetDenial(
                guardian_sis_id=guardian, student_sis_id=student, before=before, after=why, reason=Rule.LEVEL
            )
            by_scope.setdefault(scope, []).append(denial)
    return {scope: Changes.of(found)["set_denials"] for scope, found in by_scope.items()}
