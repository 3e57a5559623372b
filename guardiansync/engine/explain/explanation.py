"""An answer to "why", as frames, as text and for Jupyter."""

from html import escape
from textwrap import wrap
from typing import Final

import polars as pl
from attrs import field, frozen

from guardiansync.engine.explain.history import DECISIONS, HISTORY
from guardiansync.engine.explain.strangers import STRANGERS
from guardiansync.model.plan import ROWS

_TEXT = pl.String()

HELD: Final = pl.Schema(
    {
        "run_id": _TEXT, "hold_id": _TEXT, "reason": _TEXT, "rule": _TEXT, "message": _TEXT, "remedy": _TEXT,
        "released": pl.Boolean(),
    }
)  # fmt: skip
"""What was held about somebody, the newest first, each hold as the newest run that held it tells it."""

_STYLE: Final = "text-align:left;vertical-align:top;padding:2px 12px 2px 0"
_LINES_SHOWN: Final = 40
_WIDTH: Final = 84


@frozen(eq=False, repr=False)
class Explanation:
    """Why an account, a guardian or a student is as it is.

    The frames hold contact details where the roster's do; text and HTML hold ids, states, rules and words only, so that they
    can be read to a parent or pasted into a ticket.

    Attributes:
        subject: Whom it is about: a kind and an id.
        rows: The rows of the file that a plan was made from, schema `ROWS`; none unless a plan was given.
        accounts: Their accounts, schema `ACCOUNTS`.
        roles: All roles of these accounts, schema `ROLES`.
        guardianships: The ties of these roles, or of the student, schema `GUARDIANSHIPS`.
        students: The students of these ties, schema `STUDENTS`.
        decisions: Which rule put each role where it is, and on what evidence, schema `DECISIONS`.
        holds: What was held about them, schema `HELD`.
        strangers: The nearest people they are not merged with, and why, schema `STRANGERS`; of today's roster.
        history: What runs did, the newest first, schema `HISTORY`.
    """

    subject: str
    accounts: pl.DataFrame
    roles: pl.DataFrame
    guardianships: pl.DataFrame
    students: pl.DataFrame
    decisions: pl.DataFrame = field(factory=DECISIONS.to_frame)
    holds: pl.DataFrame = field(factory=HELD.to_frame)
    strangers: pl.DataFrame = field(factory=STRANGERS.to_frame)
    history: pl.DataFrame = field(factory=HISTORY.to_frame)
    rows: pl.DataFrame = field(factory=ROWS.to_frame)

    def __repr__(self) -> str:
        """Whom it is about: a repr ends in logs."""
        return f"<Explanation of {self.subject}>"

    def __str__(self) -> str:
        """A page for a support engineer: ids, states, rules and words."""
        lines = [self.subject]
        for title, said in self._parts():
            lines.append(f"  {title}")
            for line in said:
                lines += wrap(line, _WIDTH, initial_indent="    ", subsequent_indent="      ", break_long_words=False)
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """The same for Jupyter. Everything that comes from a file is escaped."""
        rows = "".join(
            f'<tr><th style="{_STYLE};font-weight:normal;opacity:.7;white-space:nowrap">{escape(title)}</th>'
            f'<td style="{_STYLE}">{"<br>".join(map(escape, said))}</td></tr>'
            for title, said in self._parts()
        )
        return (
            f'<div style="font-family:system-ui,sans-serif;font-size:13px"><strong>{escape(self.subject)}</strong>'
            f"<table><tbody>{rows}</tbody></table></div>"
        )

    def _parts(self) -> list[tuple[str, list[str]]]:
        parts = [
            ("rows of the file", self._rows()),
            ("accounts", self._accounts()),
            ("children", self._ties()),
            ("why there", [_decided(one) for one in self.decisions.iter_rows(named=True)]),
            ("held", [_held(one) for one in self.holds.iter_rows(named=True)]),
            ("not merged with", [_stranger(one) for one in self.strangers.iter_rows(named=True)]),
            ("what was done", [_done(one) for one in self.history.head(_LINES_SHOWN).iter_rows(named=True)]),
        ]
        rest = self.history.height - _LINES_SHOWN
        if rest > 0:
            parts[-1][1].append(f"and {rest:,} more: see history")
        return [(title, said) for title, said in parts if said]

    def _rows(self) -> list[str]:
        return [
            f"line {row['line']}: student {row['student_sis_id']}, guardian {row['guardian_sis_id']}: {row['action']}"
            + (f" by {row['rule']}" if row["rule"] else "")
            + (f". {row['message']}" if row["message"] else "")
            for row in self.rows.head(_LINES_SHOWN).iter_rows(named=True)
        ]

    def _accounts(self) -> list[str]:
        said = []
        for account in self.accounts.iter_rows(named=True):
            mine = self.roles.filter(pl.col("account_id") == account["account_id"])
            roles = [
                f"{one['kind']} {one['sis_id']} of {one['scope']} ({one['state']})"
                for one in mine.iter_rows(named=True)
            ]
            said.append(f"account {account['account_id']} ({account['state']}): {', '.join(roles)}")
        return said

    def _ties(self) -> list[str]:
        return [
            f"student {tie['student_sis_id']}, guardian {tie['guardian_sis_id']}: {tie['state']}"
            for tie in self.guardianships.iter_rows(named=True)
        ]


def _decided(one: dict[str, object]) -> str:
    return (
        f"{one['kind']} {one['sis_id']} on account {one['account_id']} by {one['rule']}: {one['evidence']} "
        f"({_when(one['started_at'])}, run {one['run_id']})"
    )


def _held(one: dict[str, object]) -> str:
    return f"{one['hold_id']} ({'released' if one['released'] else 'stands'}) {one['message']} {one['remedy']}"


def _stranger(one: dict[str, object]) -> str:
    return f"{one['kind']} {one['sis_id']} (account {one['account_id']}), near {one['near']}: {one['why']}"


def _done(one: dict[str, object]) -> str:
    cause = f"; {one['cause']}" if one["cause"] else ""
    return f"{_when(one['started_at'])} {one['change']} {one['ids']} by {one['rule']} ({one['why']}{cause}), run {one['run_id']}"


def _when(started_at: object) -> str:
    return f"{started_at:%Y-%m-%d %H:%M} UTC"
