"""Changes in bulk and one by one say the same."""

import polars as pl
import pytest

from guardiansync.model.change import KINDS, SCHEMAS, Cause, Changes, Rule


def one_of_each() -> Changes:
    """Every kind of change once, each cell its column's name: what is mixed up shows."""
    frames = {}
    for name, schema in SCHEMAS.items():
        row = {column: f"{name} {column}" for column in schema.names()}
        row["reason"] = str(Rule.M4)
        if "cause" in row:
            row["cause"] = str(Cause.ROW_ABSENT)
        frames[name] = pl.DataFrame([row], schema=schema)
    return Changes(**frames)


def test_the_inverse_in_bulk_is_the_inverse_of_each() -> None:
    changes = one_of_each()
    one_by_one = sorted(repr(change.inverse()) for change in changes)
    # What is created is invited, whatever a frame says; what details a returning role has, it keeps.
    assert sorted(map(repr, changes.inverse())) == one_by_one
    assert len(one_by_one) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.FRAME)
def test_no_change_is_lost_on_the_way_back(kind: type) -> None:
    alone = Changes(**{kind.FRAME: one_of_each()[kind.FRAME]})  # type: ignore[attr-defined]
    assert len(alone.inverse()) == 1
    assert [type(change) for change in alone.inverse().inverse()] in ([kind], [_returned(kind)])


def _returned(kind: type) -> type:
    """What taking back twice gives: a created account is not created anew, it is open again."""
    by_name = {one.__name__: one for one in KINDS}
    return by_name["ReactivateAccount"] if kind.__name__ == "CreateAccount" else kind
