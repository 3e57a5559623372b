"""What duplicates.py runs as processes of their own: make FOLDER STUDENTS, guardiansync FOLDER, splink FOLDER."""

import json
import logging
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import polars as pl

import guardiansync as gs
from guardiansync.engine.near import near_pairs
from guardiansync.model.roster import Roster
from guardiansync.testing.typing_errors import mistyped_district

DISTRICT = gs.District("d-1")
SEED = 42
LEAST_PROBABILITY = 0.9


def make(folder: Path, students: int) -> dict[str, Any]:
    """Write the roster's roles and ties, and who is there twice."""
    district = mistyped_district(students, SEED)
    store = gs.open_store("memory://")
    gs.load_roster(store, DISTRICT, students=district.students, staff=district.staff)
    report = gs.sync(gs.SyncSettings(scope=DISTRICT, enabled=True), store, district.guardians_csv)
    assert str(report.status) == "applied", report
    roster = store.roster(DISTRICT)
    roster.roles.write_parquet(folder / "roles.parquet")
    roster.guardianships.write_parquet(folder / "ties.parquet")
    twice = [(one.role, one.other_role) for one in district.twice]
    (folder / "twice.json").write_text(json.dumps(twice), encoding="utf-8")
    return {}


def with_guardiansync(folder: Path) -> dict[str, Any]:
    """The list of a roster."""
    # guardiansync imports these at their first use; here they are over before the clock starts.
    import nicknames  # noqa: F401, PLC0415 - imported for its time
    import rapidfuzz.distance  # noqa: F401, PLC0415 - imported for its time

    roles, ties = pl.read_parquet(folder / "roles.parquet"), pl.read_parquet(folder / "ties.parquet")
    empty = Roster.empty(DISTRICT)
    roster = Roster(DISTRICT, 1, empty.accounts, roles, empty.students, ties)
    started, busy = time.perf_counter(), time.process_time()
    pairs = near_pairs(roster).select("account_id", "other_account_id")
    taken, cpu = time.perf_counter() - started, time.process_time() - busy
    return judged(folder, roles, pairs, {"seconds": taken, "with_training": taken, "cpu": cpu})


def with_splink(folder: Path) -> dict[str, Any]:
    """The same by Splink: trained on the roster, then the pairs that it finds likely."""
    import splink.comparison_library as compare  # noqa: PLC0415 - not for the other side
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    roles = pl.read_parquet(folder / "roles.parquet")
    first, last, email, sms = (
        pl.when(pl.col(name) != "").then(pl.col(name)) for name in ("first_name", "last_name", "email", "sms")
    )
    people = roles.select(
        unique_id="account_id", first_name=first.str.to_lowercase(), last_name=last.str.to_lowercase(),
        email=email.str.to_lowercase(), sms=sms,
    ).unique("unique_id", maintain_order=True)  # fmt: skip
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.NameComparison("first_name"),
            compare.NameComparison("last_name"),
            compare.EmailComparison("email"),
            compare.DamerauLevenshteinAtThresholds("sms", 1),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("sms"),
            block_on("split_part(email, '@', 1)"),
            block_on("first_name", "last_name", "right(sms, 5)"),
            block_on("first_name", "last_name", "left(sms, 7)"),
            block_on("first_name", "last_name", "left(email, 5)"),
        ],
    )
    started = time.perf_counter()
    api = DuckDBAPI()
    linker = Linker(api.register(people.to_arrow()), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("email", "sms")], recall=0.5)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
    for rule in (block_on("email"), block_on("sms")):
        training.estimate_parameters_using_expectation_maximisation(rule, record_sample_proportion=1.0)
    trained, busy = time.perf_counter(), time.process_time()
    predicted = linker.inference.predict(threshold_match_probability=LEAST_PROBABILITY)
    found = pl.from_arrow(predicted.as_duckdbpyrelation().to_arrow_table())
    ended, cpu = time.perf_counter(), time.process_time() - busy
    assert isinstance(found, pl.DataFrame)
    pairs = found.select(account_id="unique_id_l", other_account_id="unique_id_r")
    return judged(folder, roles, pairs, {"seconds": ended - trained, "with_training": ended - started, "cpu": cpu})


def judged(folder: Path, roles: pl.DataFrame, pairs: pl.DataFrame, times: dict[str, float]) -> dict[str, Any]:
    """What was measured, and how many pairs are true."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    holder = {
        f"{kind} {sis_id}": account for kind, sis_id, account in roles.select("kind", "sis_id", "account_id").rows()
    }
    twice = json.loads((folder / "twice.json").read_text(encoding="utf-8"))
    there = {frozenset((holder[one], holder[other])) for one, other in twice}
    listed = {frozenset(both) for both in pairs.rows()}
    return {
        **times, "peak_kib": peak, "accounts": roles["account_id"].n_unique(),
        "listed": len(listed), "true": len(listed & there), "there": len(there),
    }  # fmt: skip


if __name__ == "__main__":
    side, folder = sys.argv[1], Path(sys.argv[2])
    match side:
        case "make":
            result = make(folder, int(sys.argv[3]))
        case "splink":
            result = with_splink(folder)
        case _:
            result = with_guardiansync(folder)
    print(json.dumps(result))
