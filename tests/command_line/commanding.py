"""What the tests of the command line share: the twenty families, the commands, what is in the roster."""

import os
import time
from pathlib import Path

import polars as pl
from click.testing import CliRunner, Result

import guardiansync as gs
from guardiansync.command_line.commands import commands
from guardiansync.testing.sftp_server import SftpServer

HEADER = "studentSisId,guardianSisId,firstName,lastName,email,sms"
LEES = [f"{student:04},G{student},Ann,Lee{student},ann{student}@example.org," for student in range(1, 21)]
SCOPE = ("--district", "d-1")


def write_guardians(path: Path, rows: list[str]) -> None:
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    # Written a while ago: a younger file is watched until it has settled.
    os.utime(path, (time.time() - 3600,) * 2)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, arguments)


def refused(*arguments: str) -> str:
    """What a refused command says: one line on standard error, nothing on standard output."""
    result = run(*arguments)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    return result.stderr


def ties() -> int:
    roster = gs.open_store("sqlite:///roster.db").roster(gs.District("d-1"))
    return roster.guardianships.filter(pl.col("state") == "active").height


def settings_file(path: Path, text: str) -> tuple[str, str]:
    path.write_text(text, "utf-8")
    return "--settings", str(path)


def at(server: SftpServer) -> tuple[str, ...]:
    return (*SCOPE, "--host", server.host, "--port", str(server.port), "--login", server.login)
