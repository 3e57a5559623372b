"""The commands: each calls one function of the library and shows what it answers.

Exit status: 0 applied or unchanged, 2 held for a person, 1 failed.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NoReturn

import click
import polars as pl

import guardiansync as gs
from guardiansync.check import Outcome
from guardiansync.command_line import console, decisions
from guardiansync.command_line.daily import daily
from guardiansync.command_line.group import (
    FAILED,
    HELD,
    Commands,
    actor,
    open_roster,
    scope_options,
    settings_option,
    store_option,
    together,
)
from guardiansync.command_line.settings_file import Setup, keep_days_of, read_setup, store_url_of
from guardiansync.command_line.written import EXAMPLE, save_plan, save_report, to_csv, write_text
from guardiansync.errors import SettingsError
from guardiansync.model.run import Status

_FAMILIES_SHOWN: Final = 60

_source = together(
    click.option("--upload", metavar="FILE", help="Take this file instead of fetching one."),
    click.option("--host", help="The SFTP server."),
    click.option("--port", type=int, help="Its port.  [default: 22]"),
    click.option("--login", help="Whom to log in as; the password comes from GUARDIANSYNC_PASSWORD or a prompt."),
    click.option("--private-key", "private_key_file", metavar="FILE", help="Log in by this key instead."),
    click.option("--path", help="The folder that holds guardians.csv, or the file.  [default: /]"),
    click.option("--host-key", metavar="KEY", help="The server's public key, or its SHA256 fingerprint."),
    click.option("--known-hosts", "known_hosts_file", metavar="FILE", help="Instead: a known_hosts file."),
    click.option("--file", metavar="URL", help="Instead of a server: a path, or any URL that fsspec opens."),
)
_rules = together(
    click.option("--threshold", "deletion_threshold", type=float, metavar="SHARE", help="How much one sync may remove: 0.10 is 10 %."),
    click.option("--region", metavar="US", help="The country of numbers without a country code."),
    click.option("--phone-column", metavar="sms|phone", help="Which column people log in with."),
    click.option("--encoding", help="The file's encoding, where it is known."),
    click.option("--update-active-accounts/--keep-active-accounts", default=None, help="Whether claimed accounts follow the file."),
    click.option("--confirm-staff-links/--trust-staff-links", default=None, help="Whether staff who become parents wait for a person."),
)  # fmt: skip
_report = click.option(
    "--report", "report_folder", metavar="FOLDER", type=click.Path(path_type=Path), help="Write the report there."
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(gs.__version__, prog_name="guardiansync")
def commands() -> None:
    """Bring parents and guardians from guardians.csv into a roster, safely.

    Try it: guardiansync demo. Then: load-roster, check, plan, sync.

    Exit status: 0 applied or unchanged, 2 held for a person, 1 failed.
    """


for command in (*decisions.COMMANDS, daily):
    commands.add_command(command)


@commands.command()
@scope_options
@_source
@_rules
def check(settings_path: Path | None, upload: str | None, **options: object) -> int:
    """Look for what is wrong before the first evening.

    Changes nothing, and shows the first rows of the file. Exit status: 0 all is well, 2 a sync would run but something
    should be looked at, 1 a sync would fail.
    """
    setup = _setup(settings_path, options, upload)
    checkup = gs.check(setup.settings, open_roster(setup.store_url), upload)
    console.show_checkup(checkup)
    match checkup.worst:
        case Outcome.FAILED:
            return FAILED
        case Outcome.WARNING:
            return HELD
        case _:
            return 0


@commands.command()
@scope_options
@_source
@_rules
@_report
def plan(settings_path: Path | None, upload: str | None, report_folder: Path | None, **options: object) -> int:
    """Say what a sync would do; change nothing."""
    setup = _setup(settings_path, options, upload)
    store = open_roster(setup.store_url)
    with console.progress() as on_progress:
        decided = gs.plan(setup.settings, store, upload, on_progress=on_progress)
    console.show_text(str(decided))
    console.show_findings(decided.findings)
    if report_folder:
        _tell_saved(save_plan(decided, report_folder))
    return HELD if decided.holds else 0


@commands.command()
@scope_options
@_source
@_rules
@_report
def sync(settings_path: Path | None, upload: str | None, report_folder: Path | None, **options: object) -> int:
    """Bring the roster in line with the file.

    With a settings file it has to say enabled = true.
    """
    setup = _setup(settings_path, options, upload)
    store = open_roster(setup.store_url)
    with console.progress() as on_progress:
        report = gs.sync(setup.settings, store, upload, actor=actor(), on_progress=on_progress)
    return _show(report, report_folder)


@commands.command("load-roster")
@scope_options
@click.option(
    "--students", type=click.Path(path_type=Path), metavar="CSV", help="student_sis_id, first_name, last_name, school"
)
@click.option(
    "--staff", type=click.Path(path_type=Path), metavar="CSV", help="sis_id, first_name, last_name, email, sms"
)
@click.option(
    "--threshold", type=float, default=0.10, metavar="SHARE", help="How many may go at once.  [default: 0.10]"
)
@_report
def load_roster(
    settings_path: Path | None,
    students: Path | None,
    staff: Path | None,
    threshold: float,
    report_folder: Path | None,
    **options: object,
) -> int:
    """Take over students and staff from CSV files.

    Each file is a full replacement, as the daily roster sync is.
    """
    if students is None and staff is None:
        raise click.UsageError("give --students, --staff or both")
    setup = read_setup(settings_path, options)
    report = gs.load_roster(
        gs.open_store(setup.store_url),
        setup.settings.scope,
        students=_people("students", students),
        staff=_people("staff", staff),
        deletion_threshold=threshold,
        region=setup.settings.region,
        actor=actor(),
    )
    return _show(report, report_folder)


@commands.command()
@scope_options
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many.")
def runs(settings_path: Path | None, limit: int, **options: object) -> None:
    """List what was done, the newest first."""
    setup = read_setup(settings_path, options)
    found = open_roster(setup.store_url).runs(setup.settings.scope)
    if found.is_empty():
        console.say(f"No run of {setup.settings.scope} yet.")
        return
    console.show_runs(found.head(limit))
    for run in found.head(limit).filter(pl.col("message") != "").iter_rows(named=True):
        console.say(f"{run['run_id']}: {run['message']}", "dim")


@commands.command()
@scope_options
@click.option("--guardian", "guardian_sis_id", metavar="ID", help="Why this guardianSisId is as it is; or")
@click.option("--account", "account_id", metavar="ID", help="this account; or")
@click.option("--student", "student_sis_id", metavar="ID", help="this studentSisId.")
def explain(
    settings_path: Path | None,
    guardian_sis_id: str | None,
    account_id: str | None,
    student_sis_id: str | None,
    **options: object,
) -> None:
    """Say why somebody is in the roster as they are, run by run."""
    if sum(one is not None for one in (guardian_sis_id, account_id, student_sis_id)) != 1:
        raise click.UsageError("give exactly one of --guardian, --account, --student")
    setup = read_setup(settings_path, options)
    told = gs.explain(
        open_roster(setup.store_url),
        setup.settings.scope,
        guardian_sis_id=guardian_sis_id,
        account_id=account_id,
        student_sis_id=student_sis_id,
    )
    console.show_text(str(told))


@commands.command()
@settings_option
@store_option
@click.argument("run_id")
def undo(settings_path: Path | None, store: str | None, run_id: str) -> None:
    """Take back what a run did.

    Refused whole where somebody changed since what the run had written.
    """
    run = gs.undo(run_id, open_roster(store_url_of(settings_path, store)), actor=actor())
    console.say(f"Run {run_id} is undone: {sum(run.counts.values()):,} changes taken back by run {run.run_id}.")


@commands.command()
@settings_option
@store_option
@click.argument("hold_id")
def release(settings_path: Path | None, store: str | None, hold_id: str) -> None:
    """Let what a hold withholds go ahead with the next sync."""
    gs.release(open_roster(store_url_of(settings_path, store)), hold_id, actor=actor())
    console.say(f"{hold_id} is released: the next sync carries it out. plan shows what that will be.")


@commands.command()
@settings_option
@store_option
@click.option(
    "--keep-days",
    type=click.IntRange(0),
    metavar="DAYS",
    help="Keep the details of runs so long: 400 is some 13 months.",
)
def purge(settings_path: Path | None, store: str | None, keep_days: int | None) -> None:
    """Drop the details of old runs from the journal, in all districts.

    Their totals stay, and so do pins, denials, releases and the roster. A purged run can no longer be undone.
    """
    url, kept = store_url_of(settings_path, store), keep_days_of(settings_path, keep_days)
    count = gs.purge(open_roster(url), before=datetime.now(UTC) - timedelta(days=kept))
    console.say(f"Details dropped of {count:,} runs that are older than {kept:,} days; their totals stay.")


@commands.command()
@scope_options
@click.option("--of-school", metavar="NAME", help="Only students of this school, as the roster names it.")
@click.option("--csv", "csv_path", metavar="FILE", help="Write a CSV there instead; - is standard output.")
def families(settings_path: Path | None, of_school: str | None, csv_path: str | None, **options: object) -> None:
    """Show each student with their guardians."""
    setup = read_setup(settings_path, options)
    found = gs.families(open_roster(setup.store_url), setup.settings.scope, of_school)
    if csv_path == "-":
        click.echo(to_csv(found), nl=False)
    elif csv_path:
        write_text(Path(csv_path), to_csv(found))
        console.say(f"{found.height:,} rows are in {csv_path}.")
    else:
        console.show_families(found.head(_FAMILIES_SHOWN))
        if found.height > _FAMILIES_SHOWN:
            console.say(f"… and {found.height - _FAMILIES_SHOWN:,} more rows: --csv FILE writes them all.", "dim")


@commands.command()
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where everything is left.  [default: guardiansync-demo]"
)
@click.option("--students", type=int, default=2000, show_default=True, help="How many students the district has.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another number, another district.")
def demo(folder: Path | None, students: int, seed: int) -> None:
    """Show the whole job on a sample district.

    With a real SFTP server on this machine, and a roster that is left to be looked at.
    """
    from guardiansync.demo import run_demo  # noqa: PLC0415 - only this command needs it

    run_demo(folder or _new_folder(), students=students, seed=seed, echo=console.show_demo_line)


@commands.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def template(file: Path | None) -> None:
    """Write an example guardians.csv.

    To FILE, or to standard output.
    """
    if file is None:
        click.echo(EXAMPLE, nl=False)
        return
    if file.exists():
        _refuse("file", "a name that is not taken", str(file))
    write_text(file, EXAMPLE)
    console.say(f"An example is in {file}.")


# --- the small parts ----------------------------------------------------------------------------------------------


def _setup(settings_path: Path | None, options: dict[str, object], upload: str | None) -> Setup:
    setup = read_setup(
        settings_path, options, fetches=upload is None, ask=_ask_password if sys.stdin.isatty() else None
    )
    if upload is None and setup.settings.location is None:
        _refuse("location", "--host and --login, --file, --upload, or [location] in a settings file", "nothing")
    return setup


def _ask_password(question: str) -> str:
    return str(click.prompt(question, hide_input=True, err=True))


def _people(name: str, path: Path | None) -> pl.DataFrame | None:
    if path is None:
        return None
    try:
        # Polars would take a folder for all the files in it.
        return pl.read_csv(path.read_bytes(), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise SettingsError(name, "a CSV file in UTF-8 with a header row", f"{path}") from error


def _show(report: gs.Report, folder: Path | None) -> int:
    console.show_text(str(report))
    console.show_findings(report.findings)
    if folder:
        _tell_saved(save_report(report, folder))
    return HELD if report.status is Status.HELD else 0


def _tell_saved(paths: Sequence[Path]) -> None:
    console.say("")
    for path in paths:
        console.say(f"written: {path}", "dim")


def _new_folder() -> Path:
    names = (Path(f"guardiansync-demo{suffix}") for suffix in ("", *(f"-{nth}" for nth in range(2, 1000))))
    return next(path for path in names if not path.exists())


def _refuse(field: str, allowed: str, got: str) -> NoReturn:
    raise SettingsError(field, allowed, got)
