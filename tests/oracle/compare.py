"""A district's evenings through the real flow, each plan compared with what the oracle reads in the design."""

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from random import Random

import polars as pl

import guardiansync as gs
from guardiansync.model.change import SetDenial, SetPin
from guardiansync.model.rule import Rule
from guardiansync.stores.protocol import Store
from guardiansync.testing.changes import changes_of
from oracle.district import SmallDistrict, Step
from oracle.pins import Contradiction
from oracle.plan import Summary, oracle_plan
from oracle.state import Hold

_ROWS_SHOWN = 40


@dataclass
class Difference:
    """Where the plan and the oracle part."""

    seed: int
    step: int
    lines: list[str]

    def __str__(self) -> str:
        return "\n".join([f"seed {self.seed}, step {self.step}:", *self.lines])


def differences(district: SmallDistrict, *, undo: bool = True, pins: bool = True) -> Iterator[Difference]:
    """Play a district's evenings until the plan and the oracle differ."""
    store = gs.open_store("memory://")
    chance = Random(district.seed)  # noqa: S311 - the same each time
    released: dict[str, set[Hold]] = defaultdict(set)
    for number, step in enumerate(district.steps):
        settings = gs.SyncSettings(scope=step.scope, enabled=True, **district.settings)
        _before(store, step, settings, pins=pins)
        mine = released[str(step.scope)]
        feed = gs.read_feed(step.file, settings)
        roster = store.roster(step.scope, feed.keys if settings.scope.level == "school" else None)
        try:
            plan = gs.plan(settings, store, step.file)
        except gs.ContradictoryPins:
            plan = None
        try:
            expected = oracle_plan(feed, roster, settings, mine)
        except Contradiction:
            expected = None
        if plan is None or expected is None:
            if plan is not None or expected is not None:
                yield Difference(district.seed, number, ["only one of them finds the pins contradictory"])
            return
        if lines := _compare(plan, expected):
            yield Difference(district.seed, number, [*lines, *_shown(step, roster)])
            return
        run = gs.apply(plan, store)
        for hold in sorted(plan.holds, key=lambda hold: hold.id):
            if chance.random() < step.release:
                gs.release(store, hold.id)
                mine |= {one for one in expected.holds if _name(one) == _name_in_plan(hold)}
        if step.undo and undo:
            with suppress(gs.UndoRefused):
                gs.undo(run.run_id, store)


def _before(store: Store, step: Step, settings: gs.SyncSettings, *, pins: bool) -> None:
    """The roster sync, owners who claim their accounts, and what people say."""
    names = ("sis_id", "first_name", "last_name", "email", "sms")
    gs.load_roster(
        store,
        step.scope,
        students=None if step.students is None else [{"student_sis_id": one} for one in step.students],
        staff=None if step.staff is None else [dict(zip(names, one, strict=True)) for one in step.staff],
        deletion_threshold=1.0,
        max_names_per_contact=settings.max_names_per_contact,
    )
    roles = store.roster(step.scope).roles
    store.mark_active(
        account for kind, sis_id, account in roles.select("kind", "sis_id", "account_id").iter_rows()
        if kind == "guardian" and sis_id in step.claim
    )  # fmt: skip
    known = set(roles.filter(pl.col("scope") == str(step.scope)).select("kind", "sis_id").iter_rows())
    said = [
        SetPin(
            scope=str(step.scope), kind=one[0], sis_id=one[1], other_scope=str(step.scope), other_kind=other[0],
            other_sis_id=other[1], before="", after=verdict, reason=Rule.PIN,
        )
        for one, other, verdict in step.pins
        if pins and {one, other} <= known  # as pin_same and pin_never_same ask for
    ] + [
        SetDenial(guardian_sis_id=guardian, student_sis_id=student, before="", after="said so", reason=Rule.PIN)
        for guardian, student in step.denials
    ]  # fmt: skip
    if said:
        with store.transaction(step.scope) as turn:
            turn.write(changes_of(said))


def summary_of(plan: gs.Plan) -> Summary:
    """A plan as the oracle writes its own."""
    return Summary(
        frames={name: set(frame.iter_rows()) for name, frame in plan.frames.items()},
        holds=[Hold(str(hold.reason), frozenset(hold.members.iter_rows())) for hold in plan.holds],
        rows=plan.rows.select("line", "result", "action", "rule").rows(),
    )


def _compare(plan: gs.Plan, expected: Summary) -> list[str]:
    got = summary_of(plan)
    lines: list[str] = []
    ours, theirs = _renamed(expected), _renamed(got)
    for name in theirs:
        if plan.frames[name].height != len(theirs[name]):
            lines.append(f"  {name}: the plan says something twice")
        lines += _sides(name, theirs[name], ours[name])
    lines += _sides(
        "holds",
        {_name_in_plan(one) for one in plan.holds},
        {_name(one) for one in expected.holds},
    )
    return lines + _sides("rows", set(got.rows), set(expected.rows))


def _name(hold: Hold) -> tuple[object, ...]:
    """What a hold is compared by: its members, but an undone run's hold by the run, as the rows say whom it holds."""
    return (hold.reason, *(hold.detail if hold.reason == "undone" else sorted(hold.members)))


def _name_in_plan(hold: gs.Hold) -> tuple[object, ...]:
    is_undone = hold.reason == "undone"
    return (str(hold.reason), *([hold.message.split()[1]] if is_undone else sorted(hold.members.iter_rows())))


def _sides(name: str, plan: AbstractSet[tuple[object, ...]], oracle: AbstractSet[tuple[object, ...]]) -> list[str]:
    only = [(one, "plan  ") for one in plan - oracle] + [(one, "oracle") for one in oracle - plan]
    return [f"  {name}, only {side}: {one}" for one, side in sorted(only, key=repr)]


def _renamed(summary: Summary) -> dict[str, set[tuple[str, ...]]]:
    """Frames with new accounts named by the smallest role that comes to stand on them."""
    names: dict[str, tuple[str, ...]] = {}
    given = [(grant[2], grant[:2]) for grant in summary.frames["grant_roles"]]
    given += [(split[1], split[2:4]) for split in summary.frames["split_accounts"]]
    for account, role in given:
        if account.startswith("new:"):
            names[account] = min(role, names.get(account, role))
    return {
        frame: {tuple(f"new of {names[cell]}" if cell in names else cell for cell in row) for row in rows}
        for frame, rows in summary.frames.items()
    }


def _shown(step: Step, roster: gs.Roster) -> list[str]:
    """The evening, for whoever looks into it."""
    return [
        "  the file:",
        *(f"    {n} {line}" for n, line in enumerate(step.file.decode().splitlines(), 1)),
        "  the roster:",
        *(f"    {' '.join(map(str, row))}" for frame in (roster.accounts, roster.roles, roster.guardianships, roster.pins,
            roster.denials, roster.undone) for row in frame.iter_rows()),
    ][: 4 * _ROWS_SHOWN]  # fmt: skip
