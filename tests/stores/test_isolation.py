"""Two districts with the same ids in one store: whatever is done in one, the other stays as it was and sees nothing."""

import inspect
from collections.abc import Callable

import polars as pl
import pytest

from guardiansync.errors import StoreFailed
from guardiansync.model.bulk import Changes
from guardiansync.model.feed import KEYS
from guardiansync.model.finding import Findings
from guardiansync.model.plan import RunKind
from guardiansync.model.run import Settled
from guardiansync.settings import District, School, Scope
from guardiansync.stores import Store, Transaction
from guardiansync.testing.changes import (
    a_hold,
    a_run,
    archive,
    changes_of,
    contact,
    denial,
    end,
    facts,
    merge,
    pin,
    revoke,
    role,
    student,
    tie,
)  # fmt: skip
from guardiansync.testing.store_cases import HERE, found, write, write_all

THERE = District("d-2")
KEYS_OF_ANA = pl.DataFrame([("ana silva", "ana@example.com", "+14155550101")], schema=KEYS, orient="row")


def run_id(scope: Scope, name: str) -> str:
    return f"{scope.district}-{name}"


def settle(store: Store, scope: Scope) -> tuple[str, str]:
    """The same families, pins, denials, runs, holds, releases and undone changes in any district."""
    ids = found(store, scope)
    school = School("n", scope.district)
    with store.transaction(scope) as transaction:
        own = transaction.write(changes_of([pin("G1", "G2", scope=str(scope)), denial("G1", "001")])).changes
        there = transaction.write(changes_of([student("001"), role("G1", ids[0]), tie("001", "G1", ids[0])]), school)
        hold = a_hold(run_id(scope, "h"), ("001", "G1"))
        transaction.record(a_run(run_id(scope, "r"), scope), own, [hold], {school: there.changes})
    with store.transaction(scope) as transaction:
        made = transaction.write(changes_of([end("001", "G2", ids[1])])).changes
        transaction.record(a_run(run_id(scope, "e"), scope), made)
    with store.transaction(scope) as transaction:
        back = transaction.write(made.inverse()).changes
        transaction.record(a_run(run_id(scope, "u"), scope, kind=RunKind.UNDO, undoes=run_id(scope, "e")), back)
    return ids


def seen(store: Store, scope: Scope) -> list[object]:
    """All that can be asked about a district."""
    everything: list[object] = []
    for place in (scope, School("n", scope.district)):
        roster = store.roster(place, KEYS_OF_ANA)
        everything += [place, facts(roster), roster.version, roster.other_levels, roster.releases.rows()]
        everything += [roster.undone.rows(), store.runs(place).rows(), store.settled(place)]
        everything.append([frame.rows() for _, frame in store.changes(run_id(scope, "r"), place).items()])
    run = run_id(scope, "r")
    everything += [store.run_scope(run), store.run_scopes(run), [hold.id for hold in store.holds(run)]]
    return everything


def told(everything: list[object], scope: Scope, ids: tuple[str, str]) -> str:
    """The same as text, with what is a district's own taken out."""
    text = repr(everything)
    for name, own in (("ANA", ids[0]), ("BEN", ids[1]), ("D", scope.district)):
        text = text.replace(own, name)
    return text


def test_the_same_ids_are_the_same_twice(store: Store) -> None:
    here, there = settle(store, HERE), settle(store, THERE)
    assert not set(here) & set(there)
    assert told(seen(store, HERE), HERE, here) == told(seen(store, THERE), THERE, there)
    assert "d-2" not in repr(seen(store, HERE))
    assert "d-1" not in repr(seen(store, THERE))
    for run in ("r", "e", "u"):
        assert store.changes(run_id(HERE, run), THERE).is_empty


def _write(store: Store, _scope: Scope, ids: tuple[str, str]) -> None:
    ana, ben = ids
    write_all(
        store,
        student("003"),
        contact("account", ana, "phone", "", "5"),
        merge("G2", ben, ana),
        end("002", "G1", ana),
        pin("G1", "G9"),
        denial("G2", "001"),
        archive(ben),
    )
    write_all(store, revoke("G1", ana), scope=School("n", HERE.district))


def _record(store: Store, scope: Scope, _ids: tuple[str, str]) -> None:
    with store.transaction(scope) as transaction:
        assert transaction.version == store.roster(scope).version
        changes = transaction.write(changes_of([student("007")])).changes
        transaction.record(a_run("new", scope), changes, [a_hold("new", ("007", "G1"))], {School("n", "d-1"): changes})


def _settle(store: Store, scope: Scope, _ids: tuple[str, str]) -> None:
    with store.transaction(scope) as transaction:
        transaction.settle(Settled(run_id(scope, "e"), "basis", transaction.version, 1, 0, Findings()))


def _release(store: Store, scope: Scope, _ids: tuple[str, str]) -> None:
    store.release(run_id(scope, "h"), "me")


def _mark_active(store: Store, _scope: Scope, ids: tuple[str, str]) -> None:
    store.mark_active(ids)


WRITES: dict[str, Callable[[Store, Scope, tuple[str, str]], None]] = {
    "write": _write,
    "record": _record,
    "settle": _settle,
    "release": _release,
    "mark_active": _mark_active,
}


def test_every_method_is_tried() -> None:
    methods = {name for kind in (Store, Transaction) for name, _ in inspect.getmembers(kind) if name[0] != "_"}
    asked = {
        "roster",
        "runs",
        "run_scope",
        "run_scopes",
        "changes",
        "holds",
        "settled",
        "version",
        "transaction",
        "close",
    }
    # Purging goes by age, in all districts alike: see test_purge.
    assert methods == asked | set(WRITES) | {"purge"}


@pytest.mark.parametrize("method", WRITES)
def test_what_is_done_in_one_is_not_seen_in_the_other(store: Store, method: str) -> None:
    ids = settle(store, HERE)
    settle(store, THERE)
    here, there = seen(store, HERE), seen(store, THERE)
    WRITES[method](store, HERE, ids)
    assert seen(store, THERE) == there
    assert seen(store, HERE) != here


def test_the_ids_of_one_mean_nothing_in_the_other(store: Store) -> None:
    settle(store, HERE)
    ana, ben = settle(store, THERE)
    before, there = seen(store, HERE), seen(store, THERE)
    stale = changes_of([
        archive(ana), contact("account", ana, "phone", "", "5"), contact("role", ana, "sms", "", "5", sis_id="G9"),
        merge("G1", ana, ben), role("G5", ana), revoke("G9", ana), end("001", "G9", ana), tie("009", "G1", ana),
    ])  # fmt: skip
    with store.transaction(HERE) as transaction:
        assert transaction.write(stale).left == stale
        with pytest.raises(StoreFailed, match="no scope of the district"):
            transaction.write(changes_of([student("009")]), THERE)
    with store.transaction(HERE) as transaction, pytest.raises(StoreFailed, match="no scope of the district"):
        transaction.record(a_run("new", HERE), Changes(), elsewhere={THERE: Changes()})
    assert write(store, pin("G1", "G2", scope="d-2", before="same", after="")).changes.is_empty
    assert (seen(store, HERE), seen(store, THERE)) == (before, there)
