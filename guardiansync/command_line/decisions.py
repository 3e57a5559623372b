"""The commands for what people decide: who is one person, who is denied, at which level a district syncs."""

from pathlib import Path
from typing import Final

import click

import guardiansync as gs
from guardiansync.command_line import console
from guardiansync.command_line.group import actor, open_roster, scope_options
from guardiansync.command_line.settings_file import read_setup
from guardiansync.errors import SettingsError
from guardiansync.model.roster import RoleKind
from guardiansync.settings import Level, School


@click.command()
@scope_options
@click.option("--other-school", metavar="ID", help="The second one's school, where that is another one.")
@click.argument("verdict", type=click.Choice(["same", "never-same"]))
@click.argument("role", metavar="KIND:ID")
@click.argument("other", metavar="KIND:ID")
def pin(
    settings_path: Path | None, verdict: str, role: str, other: str, other_school: str | None, **options: object
) -> None:
    """Say that two roles are one person, or never are.

    KIND:ID is guardian:ID or staff:ID, with the id in the SIS.
    """
    setup = read_setup(settings_path, options)
    scope = setup.settings.scope
    there = School(other_school, scope.district) if other_school else scope
    say = gs.pin_same if verdict == "same" else gs.pin_never_same
    run = say(open_roster(setup.store_url), _role(scope, role), _role(there, other), actor=actor())
    console.say(f"Pinned. The next sync obeys it; `guardiansync undo {run.run_id}` takes it back.")


@click.command()
@scope_options
@click.argument("guardian")
@click.argument("student")
@click.option("--reason", required=True, metavar="TEXT", help="Why, in words that others will read.")
def deny(settings_path: Path | None, guardian: str, student: str, reason: str, **options: object) -> None:
    """Deny a guardian access to a student, at once.

    GUARDIAN and STUDENT are ids in the SIS. It works in the whole district, for every id on the guardian's account.
    """
    setup = read_setup(settings_path, options)
    run = gs.deny(open_roster(setup.store_url), setup.settings.scope, guardian, student, reason, actor=actor())
    ended = run.counts["end_guardianships"]
    console.say(f"Denied; ties ended: {ended:,}. `guardiansync undo {run.run_id}` takes it back.")
    if not ended:
        console.say("No tie stood between the two: check both ids if there should have been one.", "yellow")


@click.command()
@scope_options
def pins(settings_path: Path | None, **options: object) -> None:
    """List who is pinned as one person, or as never one."""
    setup = read_setup(settings_path, options)
    found = gs.pins(open_roster(setup.store_url), setup.settings.scope)
    if found.is_empty():
        console.say(f"No pins in the district of {setup.settings.scope}.")
        return
    console.show_pins(found)


@click.command()
@scope_options
def denials(settings_path: Path | None, **options: object) -> None:
    """List who is denied access to whom."""
    setup = read_setup(settings_path, options)
    found = gs.denials(open_roster(setup.store_url), setup.settings.scope)
    if found.is_empty():
        console.say(f"No denials in the district of {setup.settings.scope}.")
        return
    console.show_denials(found)


@click.command("migrate-level")
@scope_options
@click.option(
    "--to", required=True, type=click.Choice(["school", "district"]), help="The level to sync at from now on."
)
@click.option(
    "--is-school", "told", multiple=True, metavar="NAME=ID", help="The id of a school that students name so; repeat it."
)
def migrate_level(settings_path: Path | None, to: Level, told: tuple[str, ...], **options: object) -> None:
    """Move a district's guardians to its schools, or back.

    Accounts stay. Without --is-school, what students have as their school is the school's id.
    """
    setup = read_setup(settings_path, options)
    district = gs.District(setup.settings.scope.district)
    schools = dict(_school(text, district) for text in told) or None
    run = gs.migrate_level(open_roster(setup.store_url), district, to, schools=schools, actor=actor())
    moved = run.counts["grant_roles"]
    console.say(
        f"Moved to the {to} level; roles granted there: {moved:,}. `guardiansync undo {run.run_id}` moves all back."
    )


def _role(scope: gs.District | gs.School, text: str) -> gs.RoleRef:
    kind, colon, sis_id = text.partition(":")
    if kind not in set(RoleKind) or not (colon and sis_id):
        raise SettingsError("pin", "guardian:ID or staff:ID", repr(text))
    return gs.RoleRef(str(scope), kind, sis_id)


def _school(text: str, district: gs.District) -> tuple[str, School]:
    name, equals, school_id = text.rpartition("=")
    if not equals:
        raise SettingsError("is-school", "NAME=ID", repr(text))
    return name, School(school_id, district.id)


COMMANDS: Final = (pin, deny, pins, denials, migrate_level)
