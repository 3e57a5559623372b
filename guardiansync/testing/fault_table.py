"""What can go wrong between a district's server and us, and what comes of it: the documentation shows this table."""

from typing import Final

from attrs import frozen

from guardiansync.errors import (
    AccessDenied,
    ConnectionFailed,
    CredentialsRefused,
    FetchTimeout,
    FileChanged,
    HostKeyMismatch,
    NotAFile,
    SourceError,
)
from guardiansync.testing.fault import Fault


@frozen
class FaultCase:
    """One line of the table.

    Attributes:
        name: Stable, for tests.
        what: What goes wrong, in words.
        outcome: What `fetch` raises; None where the file comes, whole and right.
        why: What sees to it.
        fault: What `SftpServer` is told; None where more is needed than to tell it.
        tries: How often `fetch` tries with `retries=5`.
        openssh: Whether it is tried with OpenSSH too.
    """

    name: str
    what: str
    outcome: type[SourceError] | None
    why: str
    fault: Fault | None = None
    tries: int = 1
    openssh: bool = False


_SOME = 2_000_000
_READ_LIMIT = "each answer has `read_timeout_s`"
_LOOK = "size and time are compared before and after"

FAULTS: Final = (
    FaultCase(
        "drop", "The connection breaks after some bytes, every time", ConnectionFailed,
        "broken connections are tried again, `retries` times", Fault(drop_after=_SOME), tries=6, openssh=True,
    ),
    FaultCase(
        "drop-once", "The connection breaks once", None,
        "the whole file is fetched anew", Fault(drop_after=_SOME, once=True), tries=2, openssh=True,
    ),
    FaultCase(
        "restart", "The server restarts during the read", None,
        "the whole file is fetched anew", tries=2, openssh=True,
    ),
    FaultCase(
        "restart-other-key", "The server comes back with another host key during the read", HostKeyMismatch,
        "every connection checks the host key; a wrong one is never tried again", tries=2, openssh=True,
    ),
    FaultCase(
        "other-key", "The server has another host key since the settings were made", HostKeyMismatch,
        "the login is not sent", openssh=True,
    ),
    FaultCase(
        "refused", "The login is refused", CredentialsRefused, "tried once: accounts get locked", openssh=True,
    ),
    FaultCase(
        "stall-login", "The server stalls in the login", FetchTimeout,
        "connecting has `connect_timeout_s`", Fault(stall_login=True), openssh=True,
    ),
    FaultCase("stall-list", "The server stalls in the listing", FetchTimeout, _READ_LIMIT, Fault(stall_list=True)),
    FaultCase("stall-open", "The server stalls in opening the file", FetchTimeout, _READ_LIMIT, Fault(stall_open=True)),
    FaultCase(
        "stall-read", "The server stalls in the read", FetchTimeout, _READ_LIMIT, Fault(stall_after=_SOME), openssh=True,
    ),
    FaultCase(
        "busy", "The server is at 100 % CPU: every answer is late", None,
        "the limit is for each answer, not for the file", Fault(busy_s=0.02),
    ),
    FaultCase(
        "busy-long", "The server is at 100 % CPU, and an answer takes longer than the limit", FetchTimeout, _READ_LIMIT,
        Fault(busy_s=2.0),
    ),
    FaultCase("short-reads", "Reads bring less than was asked for", None, "the rest is asked for", Fault(short_reads=30_001)),
    FaultCase(
        "end-early", "The file seems to end early", FileChanged, "the bytes are counted", Fault(end_after=_SOME),
    ),
    FaultCase(
        "truncate", "The file is cut short during the read", FileChanged, _LOOK, Fault(truncate_after=_SOME), openssh=True,
    ),
    FaultCase(
        "overwrite", "The file is written anew in place during the read, just as long", FileChanged, _LOOK,
        Fault(overwrite_after=_SOME), openssh=True,
    ),
    FaultCase(
        "replace", "Another file takes its name during the read, just as long", FileChanged, _LOOK,
        Fault(replace_after=_SOME), openssh=True,
    ),
    FaultCase(
        "delete", "The file is deleted during the read", FileChanged, "the file is looked for afterwards",
        Fault(delete_after=_SOME), openssh=True,
    ),
    FaultCase(
        "grow", "The file grows for ever", FileChanged, "one byte more than announced is read, and no further",
        Fault(grow=True), openssh=True,
    ),
    FaultCase(
        "deny-read", "The file may not be read", AccessDenied, "a setting of the server: not tried again",
        Fault(deny_read=True), openssh=True,
    ),
    FaultCase(
        "deny-list", "The folder may not be listed", AccessDenied, "never taken for an empty folder",
        Fault(deny_list=True), openssh=True,
    ),
    FaultCase(
        "fail-list", "The listing fails for no stated reason", SourceError, "never taken for an empty folder",
        Fault(fail_list=True),
    ),
    FaultCase(
        "link", "The file is a symbolic link", NotAFile, "only regular files are opened", openssh=True,
    ),
)  # fmt: skip
"""Every line of the table."""


def as_markdown() -> str:
    """The table as the documentation shows it."""
    lines = ["| what goes wrong | what comes of it | tries | what sees to it |", "|---|---|---|---|"]
    for case in FAULTS:
        outcome = f"`{case.outcome.__name__}`" if case.outcome else "the file, whole"
        lines.append(f"| {case.what} | {outcome} | {case.tries} | {case.why} |")
    return "\n".join(lines)
