"""The journal and what people said, ready-made for a store of one's own: small documents, wherever it can put them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Protocol

import polars as pl
from attrs import asdict, evolve, field, frozen

from guardiansync.errors import StoreFailed, UnknownRun
from guardiansync.model.bulk import Changes
from guardiansync.model.finding import Findings
from guardiansync.model.plan import MEMBERS, Hold, HoldReason
from guardiansync.model.roster import DENIALS, PINS, RELEASES, UNDONE
from guardiansync.model.rule import Rule
from guardiansync.model.run import RUNS, Run, Settled
from guardiansync.settings import Scope, parse_scope
from guardiansync.stores.purging import JOURNALLED, purgeable, without_details
from guardiansync.stores.tables import in_force
from guardiansync.stores.undone import HELD_KINDS, taken_back, undone_by

_SAID = {"pin": PINS, "denial": DENIALS}
_HOLD_TEXTS = ("id", "reason", "rule", "message", "remedy")
_HOLDS = pl.Schema({**dict.fromkeys(_HOLD_TEXTS, pl.String()), "members": pl.List(pl.Struct(MEMBERS))})
_FOR_ALL = ""
"""The district of documents that say in which district something is."""


class Documents(Protocol):
    """Bytes under three texts, in the transaction that the roster is read or written in."""

    def documents(self, district: str, kind: str) -> Iterable[tuple[str, bytes]]:
        """Name and body of each document of this kind, in any order."""

    def put_document(self, district: str, kind: str, name: str, body: bytes) -> None:
        """Keep a document, in the place of the one of the same district, kind and name."""

    def drop_documents(self, district: str, kind: str) -> None:
        """Drop all documents of this kind."""


@frozen
class _Entry:
    """A run in the journal.

    Attributes:
        row: As in `RUNS`, its beginning in microseconds.
        scopes: Where it changed something: its own scope first.
        holds: The ids of what it held.
    """

    row: dict[str, Any]
    scopes: tuple[str, ...]
    holds: tuple[str, ...] = ()
    number: int = field(default=0, eq=False)

    @property
    def run_id(self) -> str:
        return str(self.row["run_id"])


class DocumentJournal:
    """One district's version and journal, and what people said of it, kept as documents.

    Args:
        place: Where they are kept.
        district: The district's id.
    """

    def __init__(self, place: Documents, district: str) -> None:
        self._place = place
        self._district = district

    @staticmethod
    def of_run(place: Documents, run_id: str) -> "DocumentJournal":
        """The journal that a run is in.

        Raises:
            UnknownRun: None is.
        """
        for district, _ in place.documents(_FOR_ALL, f"district of run {run_id}"):
            return DocumentJournal(place, district)
        raise UnknownRun(run_id)

    @staticmethod
    def districts(place: Documents) -> list[str]:
        """The districts that have a journal."""
        return sorted(district for district, _ in place.documents(_FOR_ALL, "district"))

    @staticmethod
    def districts_of_hold(place: Documents, hold_id: str) -> list[str]:
        """The districts whose journals have had a hold."""
        return sorted(district for district, _ in place.documents(_FOR_ALL, f"district of hold {hold_id}"))

    # --- the version, and what people said ----------------------------------------------------------------------------

    @property
    def version(self) -> int:
        """The roster's version."""
        return int(self._one("version") or 0)

    def move(self) -> None:
        """Move the version by one."""
        self._put("version", str(self.version + 1).encode())

    def said(self, table: str) -> pl.DataFrame:
        """The pins (schema `PINS`) or denials (schema `DENIALS`) that stand; `table` is "pin" or "denial"."""
        body = self._one(table)
        return _unpacked(body) if body else _SAID[table].to_frame()

    def say(self, table: str, rows: pl.DataFrame) -> None:
        """Keep the pins or denials, all of them; blanks were taken back."""
        self._put(table, _packed(in_force(table, rows)))

    # --- runs ---------------------------------------------------------------------------------------------------------

    def record(self, run: Run, made: Mapping[Scope, Changes], holds: Iterable[Hold]) -> None:
        """Put a run into the journal: what it changed by scope, its own first, and what it held.

        Raises:
            StoreFailed: It is there already.
        """
        if any(True for _ in self._place.documents(_FOR_ALL, f"district of run {run.run_id}")):
            raise StoreFailed(f"Run {run.run_id} is in the journal already. Nothing was written.")
        held = sorted(holds, key=lambda hold: hold.id)
        row = run.as_row()
        entry = _Entry(
            {**row, "started_at": _micros(run.started_at)},
            tuple(map(str, made)),
            tuple(hold.id for hold in held),
            number=len(self._entries()) + 1,
        )
        for kind in ("district", f"district of run {run.run_id}"):
            self._place.put_document(_FOR_ALL, kind, self._district, b"")
        for hold in held:
            self._place.put_document(_FOR_ALL, f"district of hold {hold.id}", self._district, b"")
        self._keep(entry)
        self._keep_changes(run.run_id, {str(scope): changes for scope, changes in made.items()})
        self._keep_holds(run.run_id, held)

    def runs(self, scope: Scope) -> pl.DataFrame:
        """Schema `RUNS`, the newest first: those that changed something in a scope, and its own."""
        rows = [entry.row for entry in self._entries() if str(scope) in entry.scopes]
        stored = pl.DataFrame(rows[::-1], schema={**RUNS, "started_at": pl.Int64()})
        return stored.cast({"started_at": RUNS["started_at"]}).sort("started_at", descending=True, maintain_order=True)

    def run_scopes(self, run_id: str) -> tuple[Scope, ...]:
        """Where a run changed something: its own scope first, then others, sorted."""
        own, *others = self._entry(run_id).scopes
        return parse_scope(own), *map(parse_scope, sorted(others))

    def changes(self, run_id: str, scope: Scope | None = None) -> Changes:
        """What a run changed in a scope, or in its own."""
        wanted = str(scope) if scope else self._entry(run_id).scopes[0]
        frames: dict[str, pl.DataFrame] = {}
        for name, body in self._place.documents(self._district, f"changes of {run_id}"):
            frame, _, where = name.partition(" ")
            if where == wanted:
                frames[frame] = _unpacked(body)
        return Changes(**frames)

    def holds(self, run_id: str) -> tuple[Hold, ...]:
        """What a run held, by id."""
        body = self._one(f"holds of {run_id}")
        if not body:
            return ()
        return tuple(
            Hold(hold_id, HoldReason(reason), Rule(rule), message, remedy, pl.DataFrame(members, schema=MEMBERS))
            for hold_id, reason, rule, message, remedy, members in _unpacked(body).iter_rows()
        )

    def undone(self, scope: Scope) -> pl.DataFrame:
        """Schema `UNDONE`: what stays undone of a scope's runs."""
        own = [entry for entry in self._entries() if entry.scopes[0] == str(scope)]
        undone = taken_back((entry.run_id, entry.row["undoes"]) for entry in own if entry.row["undoes"])
        held = sorted(entry.run_id for entry in own if entry.run_id in undone and entry.row["kind"] in HELD_KINDS)
        return pl.concat([UNDONE.to_frame(), *(undone_by(run_id, self.changes(run_id, scope)) for run_id in held)])

    def settle(self, scope: Scope, settled: Settled) -> None:
        """Keep what a run of a scope settled."""
        told = asdict(settled, filter=lambda one, _: one.name != "findings")
        self._put(f"settled of {scope}", json.dumps(told).encode())
        self._put(f"findings of {scope}", _packed(settled.findings.frame))

    def settled(self, scope: Scope) -> Settled | None:
        """What was last settled of a scope, if the version is still the same."""
        told, found = self._one(f"settled of {scope}"), self._one(f"findings of {scope}")
        if told is None or found is None:
            return None
        settled = Settled(**json.loads(told), findings=Findings(_unpacked(found)))
        return settled if settled.version == self.version else None

    # --- holds that people released -----------------------------------------------------------------------------------

    def release(self, hold_id: str, actor: str) -> bool:
        """Let go what a hold withheld in each scope that has it; whether any has."""
        last = {entry.scopes[0]: entry.run_id for entry in self._entries() if hold_id in entry.holds}
        for scope, run_id in last.items():
            told = {"run_id": run_id, "actor": actor, "released_at": datetime.now(UTC).isoformat()}
            self._place.put_document(self._district, f"releases of {scope}", hold_id, json.dumps(told).encode())
        if last:
            self.move()
        return bool(last)

    def releases(self, scope: Scope) -> pl.DataFrame:
        """Schema `RELEASES`: what people released in a scope."""
        frames = [RELEASES.to_frame()]
        for hold_id, run_id in sorted(self._released(str(scope))):
            hold = next(hold for hold in self.holds(run_id) if hold.id == hold_id)
            told = (pl.lit(hold_id).alias("hold_id"), pl.lit(str(hold.reason)).alias("reason"))
            frames.append(hold.members.select(*told, *MEMBERS))
        return pl.concat(frames)

    def purge(self, before: datetime) -> int:
        """Drop the details of old runs, and tell of how many there were any."""
        count = 0
        entries = self._entries()
        for scope in {entry.scopes[0] for entry in entries}:
            own = [entry for entry in entries if entry.scopes[0] == scope]
            rows = pl.DataFrame(
                [{name: entry.row[name] for name in JOURNALLED} for entry in own],
                schema={**JOURNALLED, "started_at": pl.Int64()},
            ).cast({"started_at": JOURNALLED["started_at"]})
            going = set(purgeable(rows, before))
            released = set(self._released(scope))
            count += sum(self._forget(entry, released) for entry in own if entry.run_id in going)
        return count

    def _forget(self, entry: _Entry, released: set[tuple[str, str]]) -> bool:
        run_id = entry.run_id
        had = {scope: self.changes(run_id, parse_scope(scope)) for scope in entry.scopes}
        kept = {scope: without_details(changes) for scope, changes in had.items()}
        holds = self.holds(run_id)
        still = [hold for hold in holds if (hold.id, run_id) in released]
        if kept == had and len(still) == len(holds):
            return False
        self._place.drop_documents(self._district, f"changes of {run_id}")
        self._keep_changes(run_id, kept)
        self._place.drop_documents(self._district, f"holds of {run_id}")
        self._keep_holds(run_id, still)
        self._keep(evolve(entry, holds=tuple(hold.id for hold in still)))
        return True

    # --- documents ----------------------------------------------------------------------------------------------------

    def _entries(self) -> list[_Entry]:
        """All runs, the oldest first."""
        found = []
        for name, body in self._place.documents(self._district, "run"):
            told = json.loads(body)
            found.append(_Entry(told["row"], tuple(told["scopes"]), tuple(told["holds"]), number=int(name)))
        return sorted(found, key=lambda entry: entry.number)

    def _entry(self, run_id: str) -> _Entry:
        return next(entry for entry in self._entries() if entry.run_id == run_id)

    def _keep(self, entry: _Entry) -> None:
        told = {"row": entry.row, "scopes": entry.scopes, "holds": entry.holds}
        self._place.put_document(self._district, "run", str(entry.number), json.dumps(told).encode())

    def _keep_changes(self, run_id: str, made: Mapping[str, Changes]) -> None:
        for scope, changes in made.items():
            for name, frame in changes.items():
                if frame.height:
                    self._place.put_document(self._district, f"changes of {run_id}", f"{name} {scope}", _packed(frame))

    def _keep_holds(self, run_id: str, holds: Iterable[Hold]) -> None:
        rows = [
            {**{name: str(getattr(hold, name)) for name in _HOLD_TEXTS}, "members": hold.members.to_dicts()}
            for hold in holds
        ]
        if rows:
            self._put(f"holds of {run_id}", _packed(pl.DataFrame(rows, schema=_HOLDS)))

    def _released(self, scope: str) -> Iterator[tuple[str, str]]:
        for hold_id, body in self._place.documents(self._district, f"releases of {scope}"):
            yield hold_id, json.loads(body)["run_id"]

    def _one(self, kind: str) -> bytes | None:
        return next((body for _, body in self._place.documents(self._district, kind)), None)

    def _put(self, kind: str, body: bytes) -> None:
        self._place.put_document(self._district, kind, "", body)


def _micros(moment: datetime) -> int:
    return int(pl.Series([moment], dtype=RUNS["started_at"]).dt.timestamp("us").item())


def _packed(frame: pl.DataFrame) -> bytes:
    file = BytesIO()
    frame.write_parquet(file, compression="zstd", statistics=False)
    return file.getvalue()


def _unpacked(body: bytes) -> pl.DataFrame:
    return pl.read_parquet(body)
