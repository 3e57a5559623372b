from collections.abc import Iterator

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardiansync.model.bulk import CHANGED, Changes
from guardiansync.model.change import KINDS, SCHEMAS, Change
from guardiansync.model.rule import Cause, Rule
from guardiansync.testing.changes import contact, denial, end, merge, pin, role

TEXTS = {
    "reason": st.sampled_from([str(rule) for rule in Rule]),
    "cause": st.sampled_from([str(cause) for cause in Cause]),
}


@st.composite
def changes(draw: st.DrawFn) -> Changes:
    frames = {}
    for name, schema in SCHEMAS.items():
        rows = draw(
            st.lists(
                st.fixed_dictionaries({column: TEXTS.get(column, st.text("abc", max_size=3)) for column in schema}),
                max_size=3,
            )
        )
        frames[name] = pl.DataFrame(rows, schema=schema)
    return Changes(**frames)


def by_kind(all_changes: Iterator[Change], kind: type[Change]) -> list[Change]:
    return sorted((change for change in all_changes if type(change) is kind), key=repr)


@given(changes())
def test_inverting_by_columns_equals_inverting_each_change(some: Changes) -> None:
    inverted = some.inverse()
    for kind in KINDS:
        each = (change.inverse() for change in some)
        assert by_kind(iter(inverted), kind) == by_kind(each, kind)
    assert len(inverted) == len(some)


@given(changes())
def test_the_inverse_of_the_inverse_is_the_change_but_for_its_reason(some: Changes) -> None:
    again = some.inverse().inverse()
    for name in ("update_contacts", "merge_accounts", "split_accounts", "update_students"):
        known = [column for column in SCHEMAS[name].names() if column not in {"reason", "cause"}]
        assert again[name].select(known).equals(some[name].select(known))


@given(changes())
def test_one_frame_tells_every_change_and_its_inverse_the_other_way_round(some: Changes) -> None:
    told, undone = some.to_frame(), some.inverse().to_frame()
    assert told.schema == undone.schema == CHANGED
    assert told["change"].value_counts().sort("change").rows() == sorted(
        (name, count) for name, count in some.counts().items() if count
    )
    about = ("about", "kind", "sis_id", "student_sis_id", "field")
    forth = sorted(told.select(*about, "before", "after").iter_rows())
    assert forth == sorted(undone.select(*about, before="after", after="before").iter_rows())
    assert not any(told.null_count().row(0))


def test_one_frame_tells_what_before_and_after_and_why() -> None:
    told = Changes.of(
        [
            role("G1", "a", before="revoked"), contact("role", "a", "email", "x@example.com", "y@example.com"),
            end("001", "G2", "b"), merge("G3", "c", "d"), pin("G1", "G2"), denial("G4", "002"),
        ]
    ).to_frame()  # fmt: skip
    assert told.drop("change").rows() == [
        ("role", "d", "guardian", "G3", "", "account_id", "c", "d", "M6", ""),
        ("role", "a", "guardian", "G1", "", "state", "revoked", "active", "M4", ""),
        ("role", "a", "guardian", "G1", "", "email", "x@example.com", "y@example.com", "U1", ""),
        ("guardianship", "b", "guardian", "G2", "001", "state", "active", "ended", "R1", "row absent"),
        ("pin", "", "guardian", "G1", "", "guardian G1 of d-1 and guardian G2 of d-1", "", "same", "pin", ""),
        ("denial", "", "guardian", "G4", "002", "why", "", "court order", "A2", ""),
    ]


def test_frames_that_do_not_exist_are_refused() -> None:
    with pytest.raises(TypeError, match="create_acounts"):
        Changes(create_acounts=pl.DataFrame())


def test_every_kind_has_a_frame_and_they_iterate_in_the_order_of_writing() -> None:
    assert list(SCHEMAS) == [kind.FRAME for kind in KINDS]
    assert list(dict(Changes().items())) == list(SCHEMAS)
