"""What people do by hand: one run, over as many scopes of a district as it takes, all of it or nothing."""

from collections.abc import Callable, Iterable, Mapping

from guardiansync.clock import Clock
from guardiansync.errors import GuardianSyncError, StalePlan
from guardiansync.model.bulk import Changes
from guardiansync.model.plan import RunKind
from guardiansync.model.roster import Roster
from guardiansync.model.run import Run, Status
from guardiansync.settings import Scope
from guardiansync.stores.protocol import Store


def one_version(rosters: Iterable[Roster]) -> int:
    """The version of a district that several of its rosters were read at.

    Raises:
        StalePlan: It moved between them; try again.
    """
    first, *others = rosters
    for other in others:
        if other.version != first.version:
            raise StalePlan(str(first.scope), first.version, other.version)
    return first.version


def carry_out(
    store: Store,
    kind: RunKind,
    wanted: Mapping[Scope, Changes],
    version: int,
    *,
    clock: Clock,
    actor: str,
    undoes: str = "",
    refusal: Callable[[Changes], GuardianSyncError] | None = None,
) -> Run:
    """Make changes in several scopes of a district, and journal them as one run.

    Args:
        store: The roster.
        kind: What the run is.
        wanted: The changes of each scope; the first is the one whose run it is.
        version: The version that all of them were made for.
        clock: Since when.
        actor: Who asked for it.
        undoes: The run that this takes back.
        refusal: What to raise where something does not fit what stands; nothing is written then.

    Raises:
        StalePlan: The roster moved since. Nothing was written.
    """
    scope = next(iter(wanted))
    with store.transaction(scope) as turn:
        if turn.version != version:
            raise StalePlan(str(scope), version, turn.version)
        made: dict[Scope, Changes] = {}
        for where, changes in wanted.items():
            written = turn.write(changes, where)
            if not written.left.is_empty:
                raise refusal(written.left) if refusal else StalePlan(str(where), version, turn.version)
            made[where] = written.changes
        here = made.pop(scope)
        counts = {name: sum(part[name].height for part in (here, *made.values())) for name, _ in here.items()}
        run = Run(
            run_id=clock.run_id,
            scope=scope,
            kind=kind,
            status=Status.APPLIED if any(counts.values()) else Status.UNCHANGED,
            started_at=clock.started_at,
            duration_s=clock.seconds(),
            actor=actor,
            version_after=turn.version,
            counts=counts,
            undoes=undoes,
        )
        turn.record(run, here, elsewhere={where: changes for where, changes in made.items() if not changes.is_empty})
    return run
