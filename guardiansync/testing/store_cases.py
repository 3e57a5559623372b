"""What `StoreContract` asks every store to make, and to leave; and the families that it is asked of."""
# ruff: noqa: S101 - these are tests, though they live in the package

from collections.abc import Callable

from guardiansync.model.change import Change
from guardiansync.model.run import Written
from guardiansync.settings import District, Scope
from guardiansync.stores.protocol import Store
from guardiansync.testing.changes import (
    account,
    archive,
    changes_of,
    contact,
    denial,
    end,
    merge,
    pin,
    reactivate,
    remove,
    rename,
    revoke,
    role,
    split,
    student,
    tie,
)  # fmt: skip

Case = Callable[[str, str], list[Change]]

MADE: dict[str, Case] = {
    "enrol": lambda _a, _b: [student("003")],
    "update student": lambda _a, _b: [rename("001", "Rui", "Ruy"), rename("001", "North", "South", "school")],
    "create, grant, start": lambda _a, _b: [account("n"), role("G3", "n"), tie("002", "G3", "n")],
    "shared account": lambda a, _b: [role("S1", a, kind="staff"), role("G9", a), tie("001", "G9", a)],
    "update role": lambda a, _b: [contact("role", a, "email", "ana@example.com", "a@example.org")],
    "update account": lambda a, _b: [
        contact("account", a, name, before, "new")
        for name, before in {
            "first_name": "Ana", "last_name": "Silva", "email": "ana@example.com", "sms": "", "phone": "",
            "language": "pt",
        }.items()
    ],
    "end": lambda a, _b: [end("002", "G1", a)],
    "end, revoke, archive": lambda _a, b: [end("001", "G2", b), revoke("G2", b), archive(b)],
    "merge": lambda a, b: [merge("G2", b, a), archive(b)],
    "merge with a new child": lambda a, b: [merge("G2", b, a), tie("002", "G2", a)],
    "merge and leave": lambda a, b: [merge("G2", b, a), end("001", "G2", a), revoke("G2", a)],
    "split": lambda a, _b: [account("n"), split("G1", a, "n"), contact("account", "n", "phone", "", "5")],
    "pin": lambda _a, _b: [pin("G1", "G2"), pin("G1", "G3", after="never_same")],
    "deny": lambda _a, _b: [denial("G1", "001"), denial("G9", "9")],
    "deny and end": lambda _a, b: [denial("G2", "001"), end("001", "G2", b)],
    "remove": lambda a, b: [end("001", "G1", a), end("001", "G2", b), remove("001")],
}  # fmt: skip
"""Changes that fit the families of `found`: all are made, and all can be taken back."""

LEFT: dict[str, Case] = {
    "enrolled already": lambda _a, _b: [student("001")],
    "returns but never left": lambda _a, _b: [student("001", before="left"), student("9", before="left")],
    "another student name": lambda _a, _b: [rename("001", "Someone", "Ruy"), rename("9", "", "Ruy")],
    "not closed": lambda a, _b: [reactivate(a), reactivate(a, before="void")],
    "not on that account": lambda a, b: [merge("G1", b, a), split("G2", a, b), merge("G9", a, b)],
    "no such account": lambda a, _b: [merge("G1", a, "new-x"), split("G1", a, "77"), role("G8", "new-x")],
    "role is there": lambda a, _b: [role("G1", a), role("G2", a)],
    "role was never revoked": lambda a, _b: [role("G1", a, before="revoked"), role("G9", a, before="revoked")],
    "another email": lambda a, _b: [
        contact("account", a, "email", "other@example.com", "x@example.com"),
        contact("role", a, "email", "other@example.com", "x@example.com"),
        contact("role", a, "phone", "", "1"),
        contact("role", a, "email", "ana@example.com", "x@example.com", sis_id="G9"),
        contact("account", "new-x", "email", "", "x@example.com"),
    ],
    "tie is there": lambda a, _b: [tie("001", "G1", a), tie("001", "G1", a, before="ended")],
    "tie of unknown": lambda a, _b: [tie("9", "G1", a), tie("001", "G9", a)],
    "tie by another account": lambda a, b: [tie("002", "G2", a), end("001", "G1", b)],
    "no such tie": lambda _a, b: [end("002", "G2", b)],
    "role of another account": lambda a, b: [revoke("G1", b), revoke("G9", a)],
    "account in another state": lambda a, _b: [archive(a, before="active"), archive("77")],
    "almost that account": lambda a, _b: [archive(f"0{a}"), archive(f"+{a}"), archive(f" {a}"), role("G8", f"0{a}")],
    "no such student": lambda _a, _b: [remove("9")],
    "pinned already": lambda _a, _b: [pin("G1", "G2", before="never_same"), pin("G1", "G2", before="same")],
    "never pinned": lambda _a, _b: [pin("G1", "G2", before="same", after="")],
    "never denied": lambda _a, _b: [denial("G1", "001", before="why", after="")],
}
"""Changes that do not fit them: none is made."""

HERE = District("d-1")


def write(store: Store, *changes: Change, scope: Scope = HERE) -> Written:
    """Write in a transaction of its own."""
    with store.transaction(scope) as transaction:
        return transaction.write(changes_of(changes))


def write_all(store: Store, *changes: Change, scope: Scope = HERE) -> Written:
    """The same, where nothing may be left."""
    written = write(store, *changes, scope=scope)
    assert written.left.is_empty, written.left
    return written


def found(store: Store, scope: Scope = HERE) -> tuple[str, str]:
    """Two students; Ana (invited, G1) has both; Ben (invited, G2) has the first. Returns the ids of their accounts."""
    written = write_all(
        store,
        student("001"),
        student("002", name="Eva"),
        account("new-ana"),
        account("new-ben", name="Ben", email="", sms="+14155550101"),
        role("G1", "new-ana"),
        role("G2", "new-ben", name="Ben", email="", sms="+14155550101"),
        tie("001", "G1", "new-ana"),
        tie("002", "G1", "new-ana"),
        tie("001", "G2", "new-ben"),
        scope=scope,
    )
    ids = dict(written.ids.iter_rows())
    return ids["new-ana"], ids["new-ben"]
