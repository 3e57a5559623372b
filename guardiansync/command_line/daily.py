"""`guardiansync daily`: the evening of several settings files."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import click

import guardiansync as gs
from guardiansync.command_line import console
from guardiansync.command_line.group import FAILED, HELD, actor, open_roster, store_option
from guardiansync.command_line.settings_file import Setup, read_setup
from guardiansync.command_line.written import to_csv, write_text
from guardiansync.daily import DailyStatus
from guardiansync.errors import GuardianSyncError, SettingsError

_TO_LOOK_AT: Final = (DailyStatus.FAILED, DailyStatus.BUSY, DailyStatus.CUT_OFF)


@click.command()
@click.argument("settings_paths", metavar="SETTINGS...", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option
@click.option(
    "--minutes", type=click.FloatRange(0, min_open=True), help="When it is enough; what is cut off is listed."
)
@click.option("--csv", "csv_path", type=click.Path(path_type=Path), metavar="FILE", help="Write the summary there.")
def daily(settings_paths: tuple[Path, ...], store: str | None, minutes: float | None, csv_path: Path | None) -> int:
    """Run the evening's syncs, one settings file for each district.

    A district that fails stops no other.
    """
    setups, is_whole = _setups(settings_paths, store)
    url = _one_store(setups)
    open_roster(url).close()
    summary = gs.run_daily(
        [setup.settings for setup in setups],
        url,
        on_progress=console.show_daily,
        deadline=None if minutes is None else timedelta(minutes=minutes),
        actor=actor(),
    )
    counts = summary.group_by("status").len().sort("status").iter_rows()
    console.say(", ".join(f"{count:,} {status}" for status, count in counts))
    if csv_path:
        console.say(f"written: {write_text(csv_path, to_csv(summary))}", "dim")
    statuses = set(summary["status"])
    if not is_whole or statuses & {str(status) for status in _TO_LOOK_AT}:
        return FAILED
    return HELD if str(DailyStatus.HELD) in statuses else 0


def _setups(paths: Sequence[Path], store: str | None) -> tuple[list[Setup], bool]:
    """What the files say, and whether all could be read."""
    setups = []
    for path in paths:
        try:
            setups.append(read_setup(path, {"store": store}, fetches=True))
        except GuardianSyncError as error:
            console.complain(f"{path}: {error}")
    return setups, len(setups) == len(paths)


def _one_store(setups: Sequence[Setup]) -> str:
    if not setups:
        raise SettingsError("settings", "at least one settings file that can be read", "none")
    urls = {setup.store_url for setup in setups}
    if len(urls) > 1:
        raise SettingsError("store", "one roster for all settings files, with --store", f"{len(urls)} of them")
    return urls.pop()
