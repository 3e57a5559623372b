"""The journal in a database: runs, what they changed and held, and what people released.

Frames are kept as Parquet, so that any tool can read them long after this version of the library.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO

import polars as pl

from guardiansync.errors import UnknownHold, UnknownRun
from guardiansync.model.bulk import Changes
from guardiansync.model.finding import Findings
from guardiansync.model.plan import MEMBERS, Hold, HoldReason
from guardiansync.model.roster import RELEASES, UNDONE
from guardiansync.model.rule import Rule
from guardiansync.model.run import RUNS, Run, Settled
from guardiansync.settings import Scope, parse_scope
from guardiansync.stores.purging import FORGOTTEN, JOURNALLED, purgeable
from guardiansync.stores.session import Session
from guardiansync.stores.undone import HELD_KINDS, taken_back, undone_by

_RUN_COLUMNS = tuple(RUNS)
_STORED_RUNS = pl.Schema({**RUNS, "started_at": pl.Int64()})
_BLOBS = pl.Schema({"name": pl.String(), "frame": pl.Binary()})
_SCOPES = pl.Schema({"scope": pl.String()})
_DISTRICTS = pl.Schema({"district_id": pl.String()})
_UNDOS = pl.Schema({"run_id": pl.String(), "undoes": pl.String()})
_HOLDS = pl.Schema(
    {**dict.fromkeys(("hold_id", "reason", "rule", "message", "remedy"), pl.String()), "members": pl.Binary()}
)
_SETTLED = pl.Schema(
    {
        **dict.fromkeys(("run_id", "basis"), pl.String()),
        **dict.fromkeys(("version", "rows_used", "rows_skipped"), pl.Int64()),
        "findings": pl.Binary(),
    }
)
_IN_ORDER = pl.Schema({"run_key": pl.Int64(), **JOURNALLED, "started_at": pl.Int64()})
_RELEASED = pl.Schema({"hold_id": pl.String(), "reason": pl.String(), "members": pl.Binary()})

_PURGED = b"purged"
"""Stands for the rows of a frame that was dropped. That it was there says still in which scopes a run made something."""


def packed(changes: Changes) -> dict[str, bytes]:
    """The frames of changes that are not empty, as the journal keeps them."""
    return {name: _packed(frame) for name, frame in changes.items() if frame.height}


def record(
    session: Session,
    scope_key: int,
    run: Run,
    frames: Mapping[str, bytes],
    holds: Iterable[Hold],
    elsewhere: Mapping[int, Mapping[str, bytes]],
) -> None:
    """Put a run into the journal, with the packed frames of what it changed, in its own scope and in others."""
    run_key = session.next_number("run")
    row = pl.DataFrame([run.as_row()], schema=RUNS).with_columns(
        pl.col("started_at").dt.timestamp("us"), run_key=pl.lit(run_key), scope_key=pl.lit(scope_key)
    )
    session.append("run", row.select("run_key", "run_id", "scope_key", *_RUN_COLUMNS[2:]))
    for name, frame in frames.items():
        session.run("INSERT INTO run_change (run_key, name, frame) VALUES ($1, $2, $3)", run_key, name, frame)
    for other, parts in elsewhere.items():
        for name, frame in parts.items():
            session.run(
                "INSERT INTO run_change_elsewhere (scope_key, run_key, name, frame) VALUES ($1, $2, $3, $4)",
                other, run_key, name, frame,
            )  # fmt: skip
    for hold in holds:
        session.run(
            "INSERT INTO hold (run_key, hold_id, reason, rule, message, remedy, members) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7)",
            run_key, hold.id, str(hold.reason), str(hold.rule), hold.message, hold.remedy, _packed(hold.members),
        )  # fmt: skip


def runs(session: Session, scope: Scope) -> pl.DataFrame:
    """The journal of a scope, the newest run first."""
    columns = ", ".join(f"run.{name}" for name in _RUN_COLUMNS if name != "scope")
    found = session.frame(
        _STORED_RUNS,
        f"SELECT {columns}, scope.scope FROM run JOIN scope ON scope.scope_key = run.scope_key "  # noqa: S608 - ours
        "WHERE scope.scope = $1 OR run.run_key IN (SELECT elsewhere.run_key FROM run_change_elsewhere AS elsewhere "
        "JOIN scope AS other ON other.scope_key = elsewhere.scope_key WHERE other.scope = $1) ORDER BY run.started_at DESC, run.run_key DESC",
        str(scope),
    )
    return found.with_columns(pl.col("started_at").cast(RUNS["started_at"]))


def run_scope(session: Session, run_id: str) -> Scope:
    """Whose run it was."""
    scope = session.value(
        "SELECT scope.scope FROM run JOIN scope ON scope.scope_key = run.scope_key WHERE run.run_id = $1", run_id
    )
    if scope is None:
        raise UnknownRun(run_id)
    return parse_scope(str(scope))


def run_scopes(session: Session, run_id: str) -> tuple[Scope, ...]:
    """Where a run changed something."""
    own = run_scope(session, run_id)
    others = session.frame(
        _SCOPES,
        "SELECT DISTINCT scope.scope FROM run_change_elsewhere AS elsewhere "
        "JOIN scope ON scope.scope_key = elsewhere.scope_key "
        "WHERE elsewhere.run_key = (SELECT run_key FROM run WHERE run_id = $1) ORDER BY scope.scope",
        run_id,
    )
    return own, *map(parse_scope, others["scope"])


def changes(session: Session, run_id: str, scope: Scope | None = None) -> Changes:
    """What a run changed."""
    if scope in (None, run_scope(session, run_id)):
        blobs = session.frame(
            _BLOBS,
            "SELECT name, frame FROM run_change WHERE run_key = (SELECT run_key FROM run WHERE run_id = $1)",
            run_id,
        )
    else:
        blobs = session.frame(
            _BLOBS,
            "SELECT name, frame FROM run_change_elsewhere WHERE run_key = (SELECT run_key FROM run WHERE run_id = $1) "
            "AND scope_key = (SELECT scope_key FROM scope WHERE scope = $2)",
            run_id,
            str(scope),
        )
    kept = {name: _unpacked(frame) for name, frame in blobs.iter_rows() if frame != _PURGED}
    return Changes(**kept)


def holds(session: Session, run_id: str) -> tuple[Hold, ...]:
    """What a run held."""
    run_scope(session, run_id)
    found = session.frame(
        _HOLDS,
        "SELECT hold_id, reason, rule, message, remedy, members FROM hold "
        "WHERE run_key = (SELECT run_key FROM run WHERE run_id = $1) ORDER BY hold_id",
        run_id,
    )
    return tuple(
        Hold(hold_id, HoldReason(reason), Rule(rule), message, remedy, _unpacked(members))
        for hold_id, reason, rule, message, remedy, members in found.iter_rows()
    )


def settle(session: Session, scope_key: int, settled: Settled) -> None:
    """Keep what a run of a scope settled, in the place of what was kept before."""
    session.run(
        "INSERT INTO settled (scope_key, run_key, basis, version, rows_used, rows_skipped, findings) "
        "VALUES ($1, (SELECT run_key FROM run WHERE run_id = $2), $3, $4, $5, $6, $7) "
        "ON CONFLICT (scope_key) DO UPDATE SET run_key = excluded.run_key, basis = excluded.basis, "
        "version = excluded.version, rows_used = excluded.rows_used, rows_skipped = excluded.rows_skipped, "
        "findings = excluded.findings",
        scope_key, settled.run_id, settled.basis, settled.version, settled.rows_used, settled.rows_skipped,
        _packed(settled.findings.frame),
    )  # fmt: skip


def settled(session: Session, scope_key: int | None, version: int) -> Settled | None:
    """What was last settled of a scope, if it holds at this version."""
    found = session.frame(
        _SETTLED,
        "SELECT run.run_id, settled.basis, settled.version, settled.rows_used, settled.rows_skipped, settled.findings "
        "FROM settled JOIN run ON run.run_key = settled.run_key WHERE settled.scope_key = $1 AND settled.version = $2",
        scope_key or 0,
        version,
    )
    for row in found.iter_rows(named=True):
        return Settled(**{**row, "findings": Findings(_unpacked(row["findings"]))})
    return None


def undone(session: Session, scope_key: int) -> pl.DataFrame:
    """Schema `UNDONE`: what stays undone of a scope's runs."""
    # The comparison with '' is what the index of undoing runs asks for.
    undos = session.frame(
        _UNDOS, "SELECT run_id, undoes FROM run WHERE scope_key = $1 AND undoes <> '' ORDER BY run_key", scope_key
    )
    held = [
        run_id
        for run_id in sorted(taken_back(undos.iter_rows()))
        if session.value("SELECT kind FROM run WHERE run_id = $1", run_id) in HELD_KINDS
    ]
    return pl.concat([UNDONE.to_frame(), *(undone_by(run_id, changes(session, run_id)) for run_id in held)])


def release(session: Session, hold_id: str, actor: str) -> None:
    """Let what a hold withheld go ahead, and move the version of the districts that had it."""
    districts = session.frame(
        _DISTRICTS,
        "SELECT DISTINCT district.district_id FROM hold JOIN run ON run.run_key = hold.run_key "
        "JOIN scope ON scope.scope_key = run.scope_key JOIN district ON district.district_key = scope.district_key "
        "WHERE hold.hold_id = $1",
        hold_id,
    )
    if districts.is_empty():
        raise UnknownHold(hold_id)
    for district in sorted(districts["district_id"]):
        session.take_turn(district)
    session.run(
        "INSERT INTO released_hold (scope_key, hold_id, run_key, actor, released_at) "
        "SELECT run.scope_key, hold.hold_id, max(hold.run_key), $1, CAST($2 AS BIGINT) "
        "FROM hold JOIN run ON run.run_key = hold.run_key WHERE hold.hold_id = $3 "
        "GROUP BY run.scope_key, hold.hold_id "
        "ON CONFLICT (scope_key, hold_id) DO UPDATE SET "
        "run_key = excluded.run_key, actor = excluded.actor, released_at = excluded.released_at",
        actor,
        int(datetime.now(UTC).timestamp() * 1_000_000),
        hold_id,
    )
    session.run(
        "UPDATE district SET version = version + 1 WHERE district_key IN (SELECT scope.district_key "
        "FROM scope JOIN released_hold ON released_hold.scope_key = scope.scope_key WHERE released_hold.hold_id = $1)",
        hold_id,
    )


def releases(session: Session, scope_key: int) -> pl.DataFrame:
    """Schema `RELEASES`: what people released in a scope."""
    released = session.frame(
        _RELEASED,
        "SELECT released_hold.hold_id, hold.reason, hold.members FROM released_hold JOIN hold "
        "ON hold.hold_id = released_hold.hold_id AND hold.run_key = released_hold.run_key "
        "WHERE released_hold.scope_key = $1 ORDER BY released_hold.hold_id",
        scope_key,
    )
    frames = [
        _unpacked(members).select(pl.lit(hold_id).alias("hold_id"), pl.lit(reason).alias("reason"), *MEMBERS)
        for hold_id, reason, members in released.iter_rows()
    ]
    return pl.concat([RELEASES.to_frame(), *frames])


def with_runs_before(session: Session, before: datetime) -> list[Scope]:
    """The scopes that have runs from before a time."""
    found = session.frame(
        _SCOPES,
        "SELECT DISTINCT scope.scope FROM run JOIN scope ON scope.scope_key = run.scope_key WHERE run.started_at < $1 "
        "ORDER BY scope.scope",
        _micros(before),
    )
    return [parse_scope(scope) for scope in found["scope"]]


def purge(session: Session, scope_key: int, before: datetime) -> int:
    """Drop the details of a scope's old runs, and tell of how many there were any. Only under the lock."""
    runs = session.frame(
        _IN_ORDER,
        "SELECT run_key, run_id, kind, undoes, started_at FROM run WHERE scope_key = $1 ORDER BY run_key",
        scope_key,
    ).with_columns(pl.col("started_at").cast(JOURNALLED["started_at"]))
    going = runs.filter(pl.col("run_id").is_in(purgeable(runs, before))).select("run_key")
    if going.is_empty():
        return 0
    names = ", ".join(f"'{name}'" for name in FORGOTTEN)
    # A released hold stands as long as the release does, and what it held with it.
    holds = (
        "FROM hold WHERE run_key IN (SELECT run_key FROM going) AND NOT EXISTS (SELECT 1 FROM released_hold "
        "WHERE released_hold.hold_id = hold.hold_id AND released_hold.run_key = hold.run_key)"
    )
    with session.staged("going", going):
        frames = f"name IN ({names}) AND frame <> $1 AND run_key IN (SELECT run_key FROM going)"  # noqa: S608
        count = session.number(
            f"SELECT count(*) FROM (SELECT run_key FROM run_change WHERE {frames} UNION "  # noqa: S608 - ours
            f"SELECT run_key FROM run_change_elsewhere WHERE {frames} UNION SELECT run_key {holds}) AS had",
            _PURGED,
        )
        for table in ("run_change", "run_change_elsewhere"):
            session.run(f"UPDATE {table} SET frame = $1 WHERE {frames}", _PURGED)  # noqa: S608
        session.run(f"DELETE {holds}")
    return count or 0


def _micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _packed(frame: pl.DataFrame) -> bytes:
    file = BytesIO()
    frame.write_parquet(file, compression="zstd", statistics=False)
    return file.getvalue()


def _unpacked(data: bytes) -> pl.DataFrame:
    return pl.read_parquet(data)
