"""What all commands share: errors and exit statuses, and how a roster is named and opened."""

import errno
import getpass
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import click

import guardiansync as gs
from guardiansync.command_line import console
from guardiansync.errors import GuardianSyncError, StoreUnusable
from guardiansync.stores.protocol import Store

FAILED: Final = 1
HELD: Final = 2
_SQLITE: Final = "sqlite:///"

_Command = TypeVar("_Command", bound=Callable[..., object])


class Commands(click.Group):
    """Every error is one line on standard error and exit status 1; click's own 2 means "held" here."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's own signature
        **extra: Any,  # noqa: ANN401 - click's own
    ) -> Any:  # noqa: ANN401 - click's own
        """Run a command and leave the process."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode, **extra)
        sys.exit(self._run(args, prog_name, complete_var, extra))

    def _run(
        self, args: Sequence[str] | None, prog_name: str | None, complete_var: str | None, extra: dict[str, Any]
    ) -> int:
        try:
            status = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message())
        except click.ClickException as error:
            console.complain(" ".join(error.format_message().split()))
        except click.Abort:
            console.complain("stopped. Nothing is half written: a sync is applied whole or not at all.")
        except GuardianSyncError as error:
            console.complain(str(error))
        except OSError as error:
            if error.errno == errno.EPIPE:
                # The reader has seen enough; Python must not try to write the rest at exit.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            else:
                console.complain(f"{error.filename or 'this machine'}: {error.strerror or type(error).__name__}.")
        else:
            return status if isinstance(status, int) else 0
        return FAILED


def together(*options: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    """Several options as one decorator, in their order."""

    def decorate(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


settings_option = click.option(
    "--settings", "settings_path", type=click.Path(path_type=Path), help="A TOML file; options win over it."
)
store_option = click.option("--store", metavar="URL", help="Where the roster is.  [default: sqlite:///roster.db]")
scope_options = together(
    settings_option,
    store_option,
    click.option("--district", metavar="ID", help="The district's id."),
    click.option("--school", metavar="ID", help="The school's id, where it syncs by itself."),
)


def open_roster(url: str) -> Store:
    """A roster that is there: a mistyped name must not become an empty one."""
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).exists():
        raise StoreUnusable(
            f"There is no roster at {url.removeprefix(_SQLITE)}: name another with --store, "
            "or make one with `guardiansync load-roster`."
        )
    return gs.open_store(url)


def actor() -> str:
    """Who is at the terminal, for the journal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"
