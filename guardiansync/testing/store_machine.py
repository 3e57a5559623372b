"""A store under test and the memory store live through the same evenings side by side; a part of `StoreContract`.

Plans are made from the memory store's roster and given to both, so that what differs afterwards is the stores' doing.
A store gives its own ids to accounts and runs: they are compared by what they are called in the memory store.
"""
# ruff: noqa: S101 - these are tests, though they live in the package

from collections.abc import Callable, Iterable, Mapping
from itertools import count

import polars as pl
from attrs import evolve, frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from guardiansync.engine.roster_plan import STAFF_GIVEN, STUDENTS_GIVEN, RosterLimits, make_roster_plan
from guardiansync.errors import GuardianSyncError, StalePlan
from guardiansync.model.bulk import Changes
from guardiansync.model.plan import Hold, Plan
from guardiansync.model.roster import RoleRef, Roster
from guardiansync.model.run import Run
from guardiansync.pins import deny, pin_never_same, pin_same
from guardiansync.settings import District, Scope, SyncSettings
from guardiansync.stores.memory import MemoryStore
from guardiansync.stores.protocol import Store
from guardiansync.sync import apply, plan
from guardiansync.testing.changes import changes_of, facts, student
from guardiansync.testing.people import as_csv
from guardiansync.testing.strategies import GUARDIAN_IDS, STAFF_IDS, STUDENT_IDS, Details, details, rows
from guardiansync.undo import purge, release, undo

_STEPS = 10
_EXAMPLES_SHARE = 5
"""One example in so many of the profile's: each is a whole story, and there are tests enough of single steps."""

_PLACES = ("one", "other")
_LIMITS = RosterLimits(threshold=0.5, floor=1, region="US", max_names_per_contact=4)
_RUN_COLUMNS = ("run_id", "scope", "kind", "status", "reasons", "message", "actor", "changes", "undoes")
_INDEX = st.integers(0, 30)
_stories = count()


@frozen
class _Twin:
    """One run, as each store calls it."""

    model: str
    own: str
    scope: Scope


class StoreMachine(RuleBasedStateMachine):
    """Two districts with the same ids, in two stores.

    Args:
        store: The store under test. Each story has districts of its own in it.
    """

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.own = store
        self.model = MemoryStore()
        # The number is in no file and no plan, so that a story that failed fails again.
        story = next(_stories)
        self.scopes = {place: District(f"story-{story}-{place}") for place in _PLACES}
        self.people: dict[str, Details] = {}
        self.account_ids: dict[str, str] = {}
        self.twins: list[_Twin] = []
        self.touched: list[Scope] = []
        self.versions: dict[Scope, int] = {}
        self.late = count()

    # --- what happens -------------------------------------------------------------------------------------------------

    @initialize(people=st.fixed_dictionaries(dict.fromkeys(GUARDIAN_IDS, details())))
    def begin(self, people: dict[str, Details]) -> None:
        """Both districts have the same students."""
        self.people = dict(people)
        for place in _PLACES:
            self.load(place, list(STUDENT_IDS), {})

    @rule(
        place=st.sampled_from(_PLACES),
        student_ids=st.lists(st.sampled_from(STUDENT_IDS), min_size=2, unique=True),
        staff=st.dictionaries(st.sampled_from(STAFF_IDS), st.sampled_from(GUARDIAN_IDS), max_size=2),
    )
    def load(self, place: str, student_ids: list[str], staff: dict[str, str]) -> None:
        """The daily roster sync; its staff are parents as well. Without any it is of the students alone."""
        students = pl.DataFrame([(one, "Rui", "Lee", "North") for one in student_ids], STUDENTS_GIVEN, orient="row")
        working = [(sis_id, *self.people[who]) for sis_id, who in staff.items()]
        given = pl.DataFrame(working, STAFF_GIVEN, orient="row") if staff else None
        self._apply(make_roster_plan(students, given, self.model.roster(self.scopes[place]), _LIMITS))

    @rule(
        place=st.sampled_from(_PLACES),
        news=st.dictionaries(st.sampled_from(GUARDIAN_IDS), details(), max_size=2),
        data=st.data(),
    )
    def evening(self, place: str, news: dict[str, Details], data: st.DataObject) -> None:
        """The district's file comes."""
        self._apply(self._plan(place, news, data))

    @rule(place=st.sampled_from(_PLACES), data=st.data(), by_owner=st.booleans())
    def meanwhile(self, place: str, data: st.DataObject, by_owner: bool) -> None:  # noqa: FBT001 - drawn
        """Somebody writes between plan and apply: an owner does not matter, another sync does."""
        planned = self._plan(place, {}, data)
        scope = self.scopes[place]
        if by_owner:
            self.claim(place, 0)
            self._apply(planned)
            return
        plans = ((self.model, planned), (self.own, self._for_own(planned)))
        newcomer = changes_of([student(f"late-{next(self.late)}")])
        for store in (self.model, self.own):
            with store.transaction(scope) as turn:
                number = turn.version
                assert turn.write(newcomer).changes == newcomer
                assert turn.version == number + 1
        for store, made in plans:
            before = facts(store.roster(scope))
            try:
                apply(made, store)
            except StalePlan:
                assert facts(store.roster(scope)) == before
            else:
                raise AssertionError("a plan was applied to a roster that had moved")
        self.touched.append(scope)

    @precondition(lambda self: len(self.twins) > len(_PLACES))
    @rule(index=_INDEX)
    def undo(self, index: int) -> None:
        """A run is taken back: a sync, a person's word, or an undo; not those that brought the first students."""
        later = self.twins[len(_PLACES) :]
        twin = later[-1 - index % len(later)]
        self._both(lambda store: undo(twin.model if store is self.model else twin.own, store), twin.scope)

    @precondition(lambda self: self._holds())
    @rule(index=_INDEX)
    def release(self, index: int) -> None:
        """What some run held is let go."""
        held = self._holds()
        twin, hold_id = held[index % len(held)]
        for store in (self.model, self.own):
            before = store.roster(twin.scope).version
            release(store, hold_id)
            assert store.roster(twin.scope).version > before
        self.touched.append(twin.scope)

    @rule(place=st.sampled_from(_PLACES), one=_INDEX, other=_INDEX, same=st.booleans())
    def pin(self, place: str, one: int, other: int, same: bool) -> None:  # noqa: FBT001 - drawn
        """A person says of two roles what they are."""
        scope = self.scopes[place]
        roles = sorted(self.model.roster(scope).roles.select("scope", "kind", "sis_id").iter_rows())
        if roles:
            a, b = (RoleRef(*roles[index % len(roles)]) for index in (one, other))
            say = pin_same if same else pin_never_same
            self._both(lambda store: say(store, a, b), scope)

    @rule(
        place=st.sampled_from(_PLACES),
        guardian_sis_id=st.sampled_from(GUARDIAN_IDS),
        student_sis_id=st.sampled_from(STUDENT_IDS),
        why=st.sampled_from(("court order", "asked by the school")),
    )
    def deny(self, place: str, guardian_sis_id: str, student_sis_id: str, why: str) -> None:
        """A person denies a guardian access."""
        scope = self.scopes[place]
        self._both(lambda store: deny(store, scope, guardian_sis_id, student_sis_id, why), scope)

    @rule(place=st.sampled_from(_PLACES), index=_INDEX)
    def claim(self, place: str, index: int) -> None:
        """An owner claims an account, and nobody's plan goes stale."""
        scope = self.scopes[place]
        roles = self.model.roster(scope).roles.sort("kind", "sis_id")
        if roles.height:
            account_id = roles["account_id"][index % roles.height]
            self.model.mark_active([account_id])
            self.own.mark_active([self.account_ids[account_id]])
            assert self.own.roster(scope).version == self.versions[scope]
            self.touched.append(scope)

    @rule(place=st.sampled_from(_PLACES), data=st.data())
    def fails(self, place: str, data: st.DataObject) -> None:
        """Something breaks after everything was written."""
        planned = self._for_own(self._plan(place, {}, data))
        try:
            with self.own.transaction(planned.scope) as turn:
                turn.write(planned.frames)
                raise KeyboardInterrupt  # noqa: TRY301 - in the middle is the point
        except KeyboardInterrupt:
            self.touched.append(planned.scope)

    @precondition(lambda self: self.twins)
    @rule(index=_INDEX)
    def forget(self, index: int) -> None:
        """The journal drops the details of what came before some run."""
        last = self.twins[-1 - index % len(self.twins)]
        for store, run_id in ((self.model, last.model), (self.own, last.own)):
            began = store.runs(last.scope).filter(pl.col("run_id") == run_id)["started_at"].item()
            version = store.roster(last.scope).version
            purge(store, before=began)
            assert store.roster(last.scope).version == version
        for twin in self.twins:
            assert self._renamed(self.own.changes(twin.own)) == self.model.changes(twin.model)
            assert _told(self.own.holds(twin.own)) == _told(self.model.holds(twin.model))
        self.touched.append(last.scope)

    # --- what must hold -----------------------------------------------------------------------------------------------

    @invariant()
    def both_say_the_same(self) -> None:
        """Rosters and journals are equal, in the district that something happened in and in the one beside it."""
        touched, self.touched = {*self.touched}, []
        for scope in self.scopes.values() if touched else ():
            model, own = self.model.roster(scope), self.own.roster(scope)
            assert facts(self._renamed_roster(own)) == facts(model)
            if scope not in touched:
                assert own.version == self.versions[scope]
                continue
            self.versions[scope] = own.version
            assert _rows(self._renamed_runs(own.undone)) == _rows(model.undone)
            assert _rows(own.releases) == _rows(model.releases)
            assert own.other_levels == model.other_levels
            runs = self._renamed_runs(self.own.runs(scope)).select(_RUN_COLUMNS)
            assert runs.rows() == self.model.runs(scope).select(_RUN_COLUMNS).rows()

    # --- how ----------------------------------------------------------------------------------------------------------

    def _plan(self, place: str, news: dict[str, Details], data: st.DataObject) -> Plan:
        self.people |= news
        drawn = data.draw(st.lists(rows(self.people), max_size=6))
        scope = self.scopes[place]
        careful = SyncSettings(scope=scope, deletion_threshold=0.5, update_active_accounts=True)
        return plan(careful, self.model, as_csv(drawn))

    def _apply(self, planned: Plan) -> None:
        runs = {id(self.model): planned, id(self.own): self._for_own(planned)}
        self._both(lambda store: apply(runs[id(store)], store), planned.scope)

    def _both(self, act: Callable[[Store], Run], scope: Scope) -> None:
        """Do it in both stores: what comes of it, refusals too, is the same."""
        runs: list[Run] = []
        refusals: list[GuardianSyncError] = []
        for store in (self.model, self.own):
            try:
                runs.append(act(store))
            except GuardianSyncError as refusal:
                refusals.append(refusal)
        self.touched.append(scope)
        if refusals:
            model_says, own_says, *_ = (*refusals, None)
            assert type(own_says) is type(model_says), f"{model_says!r} beside {own_says!r}"
            return
        twin = _Twin(runs[0].run_id, runs[1].run_id, scope)
        model, own = self.model.changes(twin.model), self.own.changes(twin.own)
        created = (made["create_accounts"]["account_id"] for made in (model, own))
        self.account_ids |= dict(zip(*created, strict=True))
        self.twins.append(twin)
        assert self._renamed(own) == model
        assert [run.counts for run in runs] == [model.counts()] * 2
        assert self._renamed(runs[1].left) == runs[0].left
        assert _told(self.own.holds(twin.own)) == _told(self.model.holds(twin.model))

    def _holds(self) -> list[tuple[_Twin, str]]:
        return [(twin, hold.id) for twin in self.twins for hold in self.model.holds(twin.model)]

    def _for_own(self, planned: Plan) -> Plan:
        """The plan with the ids and the version of the store under test."""
        version = self.versions.get(planned.scope, 0)
        frames = _with_ids(planned.frames, self.account_ids)
        return evolve(planned, frames=frames, evidence=evolve(planned.evidence, version=version))

    def _renamed(self, own: Changes) -> Changes:
        return _with_ids(own, self._model_ids)

    @property
    def _model_ids(self) -> dict[str, str]:
        return {own: model for model, own in self.account_ids.items()}

    def _renamed_roster(self, own: Roster) -> Roster:
        ids = self._model_ids
        named = {
            name: getattr(own, name).with_columns(pl.col("account_id").replace_strict(ids))
            for name in ("accounts", "roles", "guardianships")
        }
        return evolve(own, **named)

    def _renamed_runs(self, own: pl.DataFrame) -> pl.DataFrame:
        ids = {twin.own: twin.model for twin in self.twins} | {"": ""}
        named = [name for name in ("run_id", "undoes") if name in own.columns]
        return own.with_columns(pl.col(named).replace_strict(ids, return_dtype=pl.String))


def _with_ids(changes: Changes, ids: Mapping[str, str]) -> Changes:
    """The same changes of accounts that are called otherwise; the ids of those to be created stay."""
    frames = {
        name: frame.with_columns(
            pl.col(column).replace(ids)
            for column in ("account_id", "from_account_id", "into_account_id")
            if column in frame.columns
        )
        for name, frame in changes.items()
    }
    return Changes(**frames)


def _rows(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return sorted(frame.iter_rows())


def _told(holds: Iterable[Hold]) -> list[tuple[object, ...]]:
    return [(one.id, one.reason, one.rule, one.message, one.remedy, _rows(one.members)) for one in holds]


def live_side_by_side(store: Store) -> None:
    """Play stories in a store under test and in the memory store, until one differs.

    Args:
        store: Any state; districts called `story-…` must not be in it.
    """
    examples = max(1, settings().max_examples // _EXAMPLES_SHARE)

    class Story(StoreMachine):
        def __init__(self) -> None:
            super().__init__(store)

    run_state_machine_as_test(
        Story, settings=settings(max_examples=examples, stateful_step_count=_STEPS, deadline=None)
    )
