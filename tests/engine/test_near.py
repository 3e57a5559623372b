"""Possible duplicates: who is listed, who never is, and how many of the list are true."""

from collections import Counter
from itertools import combinations

import polars as pl
import pytest
from attrs import evolve
from evenings import ANN as ANN_SAID
from evenings import Evenings
from hypothesis import given
from hypothesis import strategies as st

import guardiansync as gs
from guardiansync.engine.near import PAIRS, near_pairs
from guardiansync.model.roster import PINS, ROLES, Roster
from guardiansync.testing.changes import changes_of, merge
from guardiansync.testing.names import CULTURES

HERE = gs.District("d-1")
ANN = ("Ann", "Lee", "ann.lee@example.org", "+14155550132")


def roster(
    *people: tuple[str, str, str, str], children: tuple[str, ...] = (), pins: pl.DataFrame | None = None
) -> Roster:
    """Each with an account and a child of their own, or the child that is given."""
    children = children or tuple(f"S{nth}" for nth in range(len(people)))
    roles = [(str(HERE), "guardian", f"G{nth}", f"a-{nth}", *said, "active", True) for nth, said in enumerate(people)]
    ties = {"student_sis_id": list(children), "guardian_sis_id": [f"G{nth}" for nth in range(len(people))]}
    ties["account_id"] = [f"a-{nth}" for nth in range(len(people))]
    empty = Roster.empty(HERE)
    return evolve(
        empty,
        roles=pl.DataFrame(roles, schema=ROLES, orient="row"),
        guardianships=pl.DataFrame(ties, schema=dict.fromkeys(ties, pl.String)).with_columns(state=pl.lit("active")),
        pins=PINS.to_frame() if pins is None else pins,
    )


def pairs(*people: tuple[str, str, str, str], children: tuple[str, ...] = ()) -> list[dict[str, object]]:
    found = near_pairs(roster(*people, children=children))
    assert found.schema == PAIRS
    return found.to_dicts()


LISTED = {
    "name": ("Anna", "Lee", "ann.lee@example.org", "+14155550132"),
    "nickname": ("Nan", "Lee", "ann.lee@example.org", "+14155550132"),
    "exchanged": ("Lee", "Ann", "ann.lee@example.org", "+14155550132"),
    "maiden name": ("Ann", "Hill", "ann.lee@example.org", "+14155550132"),
    "part of the last name": ("Ann", "Lee-Hill", "ann.lee@example.org", ""),
    "other domain": ("Ann", "Lee", "ann.lee@example.com", "+14155550132"),
    "slip in the email": ("Ann", "Lee", "ann.leee@example.org", "+14155550132"),
    "wrong digit": ("Ann", "Lee", "ann.lee@example.org", "+14155550137"),
    "digits exchanged": ("Ann", "Lee", "ann.lee@example.org", "+14155550123"),
    "one contact is enough": ("Ann", "Lee", "ann.lee@example.org", ""),
    "another mobile": ("Ann", "Hill", "ann.lee@example.org", "+12125550199"),
}


@pytest.mark.parametrize("case", LISTED)
def test_one_difference_is_listed(case: str) -> None:
    (pair,) = pairs(ANN, LISTED[case])
    differing = [
        name
        for name, *values in zip(("name", "name", "email", "sms"), ANN, LISTED[case], strict=True)
        if values[0] != values[1]
    ]
    assert pair["differ"] == ", ".join(dict.fromkeys(differing))
    assert (pair["account_id"], pair["roles"], pair["other_roles"]) == ("a-0", "guardian G0", "guardian G1")
    assert str(pair["remedy"]).endswith(f"give both the same {pair['differ']} in the SIS.")
    for value in (*ANN, *LISTED[case]):
        assert not value or value not in str(pair["remedy"])


NEVER = {
    "a household with one email and mobile": (ANN, ("Bob", "Lee", *ANN[2:])),
    "a couple whose names differ in an ending": (("Mario", "Lee", *ANN[2:]), ("Maria", "Lee", *ANN[2:])),
    "a couple with the same name but for one letter": (("Daniel", "Lee", *ANN[2:]), ("Daniela", "Lee", *ANN[2:])),
    "a couple whose names differ in an ending, the longer one first": (
        ("Grigora", "Lee", *ANN[2:]), ("Grigor", "Lee", *ANN[2:])
    ),
    "a couple whose names differ in an ending, the longer one last": (
        ("Grigor", "Lee", *ANN[2:]), ("Grigora", "Lee", *ANN[2:])
    ),
    "first names too short for a slip": (("Zorn", "Lee", *ANN[2:]), ("Zourn", "Lee", *ANN[2:])),
    "twins": (("Aidan", "Lee", *ANN[2:]), ("Nadia", "Lee", *ANN[2:])),
    "twins with rhyming names": (("Brandon", "Lee", *ANN[2:]), ("Brendan", "Lee", *ANN[2:])),
    "twins with a first name in common": (("Maria Elena", "Lee", *ANN[2:]), ("Maria José", "Lee", *ANN[2:])),
    "twins of two known names": (("Belinda", "Lee", *ANN[2:]), ("Melinda", "Lee", *ANN[2:])),
    "father and son": (("Robert", "Hill Sr.", *ANN[2:]), ("Robert", "Hill Jr.", *ANN[2:])),
    "father and son, one said": (("Robert", "Hill", *ANN[2:]), ("Robert", "Hill III", *ANN[2:])),
    "father and son, beside the first name": (("Robert Jr", "Hill", *ANN[2:]), ("Robert", "Hill", *ANN[2:])),
    "a common name": (
        ("Maria", "Garcia", "maria@example.org", "+14155550132"),
        ("Maria", "Garcia", "mg@example.com", "+12125550177"),
    ),
    "a common name with numbered addresses": (
        ("Maria", "Garcia", "maria.garcia1@example.org", "+14155550132"),
        ("Maria", "Garcia", "maria.garcia2@example.org", "+12125550177"),
    ),
    "a common name with addresses that say only what they are": (
        ("Maria", "Garcia", "parents@north.example", ""),
        ("Maria", "Garcia", "parents@south.example", ""),
    ),
    "one has only an email, one only a mobile": (("Ann", "Lee", "ann.lee@example.org", ""), ("Ann", "Lee", "", ANN[3])),
    "numbers in a row": (ANN, ("Bob", "Lee", "bob@example.org", "+14155550133")),
    "no names": (("", "", *ANN[2:]), ("", "", *ANN[2:])),
}  # fmt: skip


@pytest.mark.parametrize("children", [(), ("S1", "S1")], ids=["children of their own", "one child"])
@pytest.mark.parametrize("case", NEVER)
def test_nearly_one_person_is_not_listed(case: str, children: tuple[str, ...]) -> None:
    if children and case.startswith(("a common name", "one has only")):
        # Two of one name with one child are worth a look.
        assert len(pairs(*NEVER[case], children=children)) == 1
        return
    assert pairs(*NEVER[case], children=children) == []


@pytest.mark.parametrize("at", range(2, 12))
def test_any_digit_of_an_only_mobile_may_be_wrong_or_exchanged(at: int) -> None:
    mobile = "+12125678934"
    wrong = mobile[:at] + str((int(mobile[at]) + 5) % 10) + mobile[at + 1 :]
    exchanged = mobile[:at] + mobile[at + 1 : at + 2] + mobile[at] + mobile[at + 2 :]
    for other in {wrong, exchanged} - {mobile}:
        (pair,) = pairs(("Ann", "Lee", "", mobile), ("Ann", "Lee", "", other))
        assert pair["differ"] == "sms"


@pytest.mark.parametrize("at", range(10))
def test_any_letter_of_an_only_email_may_be_wrong(at: int) -> None:
    local = "annlee.abc"
    for slip in (local[:at] + "x" + local[at + 1 :], local[:at] + local[at + 1 :], local[:at] + "x" + local[at:]):
        (pair,) = pairs(("Ann", "Lee", f"{local}@b.example", ""), ("Ann", "Lee", f"{slip}@b.example", ""))
        assert pair["differ"] == "email"
        assert pairs(("Ann", "Lee", f"{local}@b.example", ""), ("Bob", "Lee", f"{slip}@b.example", "")) == []


@pytest.mark.parametrize(("local", "count"), [("annle", 1), ("annl", 0)])
def test_an_address_of_five_letters_is_known_behind_another_at(local: str, count: int) -> None:
    found = pairs(("Ann", "Lee", f"{local}@example.org", ""), ("Nan", "Lee", f"{local}@example.com", ""))
    assert len(found) == count


def test_a_hint_says_what_the_difference_may_be() -> None:
    (pair,) = pairs(("José", "Peña", *ANN[2:]), ("Jose", "Pena", *ANN[2:]))
    assert pair["remedy"] == (
        "The names differ in accents or punctuation only. If they are one person, give both the same name in the SIS."
    )
    (pair,) = pairs(ANN, ANN)
    assert (pair["differ"], "pin them as the same" in str(pair["remedy"])) == ("", True)


SCORES = {
    "all the same": (ANN, ANN, 6 + 4 + 11 + 11 - 2, "Everything agrees."),
    "accents": (("José", *ANN[1:]), ("Jose", *ANN[1:]), 4 + 4 + 11 + 11 - 2, "The names differ in accents"),
    "nickname": (ANN, ("Nan", *ANN[1:]), 4 + 4 + 11 + 11 - 2, "The first names may be one name"),
    "slip in the first name": (
        ("Adriana", *ANN[1:]), ("Ariana", *ANN[1:]), 3 + 4 + 11 + 11 - 2, "One first name may be a slip"
    ),
    "names exchanged": (ANN, ("Lee", "Ann", *ANN[2:]), 6 + 3 + 11 + 11 - 2, "First and last name stand in"),
    "part of the last name": (ANN, ("Ann", "Hill Lee", *ANN[2:]), 6 + 3 + 11 + 11 - 2, "One last name is part"),
    "last name in one word": (
        ("Ann", "La Rosa", *ANN[2:]), ("Ann", "Larosa", *ANN[2:]), 6 + 3 + 11 + 11 - 2, "One last name is part"
    ),
    "last name in other words": (
        ("Ann", "De la Cruz", *ANN[2:]), ("Ann", "Dela Cruz", *ANN[2:]), 6 + 3 + 11 + 11 - 2, "One last name is part"
    ),
    "last names the other way round": (
        ("Ann", "Garcia Lopez", *ANN[2:]), ("Ann", "Lopez Garcia", *ANN[2:]), 6 + 3 + 11 + 11 - 2, "One last name is part"
    ),
    "one generation, written otherwise": (
        ("Robert", "Hill Junior", *ANN[2:]), ("Robert", "Hill Jr.", *ANN[2:]), 6 + 4 + 11 + 11 - 2, "The names differ in"
    ),
    "slip in the last name": (
        ("Ann", "Morales", *ANN[2:]), ("Ann", "Moraless", *ANN[2:]), 6 + 3 + 11 + 11 - 2, "One last name may be a slip"
    ),
    "no last name": (ANN, ("Ann", "", *ANN[2:]), 6 + 0 + 11 + 11 - 2, "If they are"),
    "no last name of the first": (("Ann", "", *ANN[2:]), ANN, 6 + 0 + 11 + 11 - 2, "If they are"),
    "another last name": (ANN, ("Ann", "Hill", *ANN[2:]), 6 - 3 + 11 + 11 - 2, "The last name may have changed"),
    "another domain": (ANN, (*ANN[:2], "ann.lee@mail.example", ANN[3]), 6 + 4 + 4 + 11 - 2, "The emails differ behind"),
    "slip in the email": (ANN, (*ANN[:2], "ann.leee@example.org", ANN[3]), 6 + 4 + 4 + 11 - 2, "The emails differ by one"),
    "a numbered email": (ANN, (*ANN[:2], "ann.lee1@example.org", ANN[3]), 6 + 4 - 1 + 11 - 2, "If they are"),
    "no emails": ((*ANN[:2], "", ANN[3]), (*ANN[:2], "", ANN[3]), 6 + 4 + 0 + 11 - 2, "Everything agrees."),
    "one email": (ANN, (*ANN[:2], "", ANN[3]), 6 + 4 - 3 + 11 - 2, "If they are"),
    "another email": (ANN, (*ANN[:2], "lee@mail.example", ANN[3]), 6 + 4 - 4 + 11 - 2, "If they are"),
    "slip in the mobile": (ANN, (*ANN[:3], "+14155550137"), 6 + 4 + 11 + 2.5 - 2, "The mobiles differ by one slip"),
    "no mobiles": ((*ANN[:3], ""), (*ANN[:3], ""), 6 + 4 + 11 + 0 - 2, "Everything agrees."),
    "one mobile": (ANN, (*ANN[:3], ""), 6 + 4 + 11 - 3 - 2, "If they are"),
    "another mobile": (ANN, (*ANN[:3], "+12125550199"), 6 + 4 + 11 - 4 - 2, "If they are"),
}  # fmt: skip


@pytest.mark.parametrize("case", SCORES)
def test_the_bits_are_those_of_the_table(case: str) -> None:
    one, other, bits, remedy = SCORES[case]
    (pair,) = pairs(one, other)
    assert pair["score"] == bits
    assert str(pair["remedy"]).startswith(remedy)
    agree = str(pair["agree"])
    (pair,) = pairs(one, other, children=("S1", "S1"))
    assert pair["score"] == bits + 2 + 6.5
    assert pair["agree"] == (f"{agree}, children" if agree else "children")


@pytest.mark.parametrize("first", [0, 1])
def test_the_likelier_pair_comes_first(first: int) -> None:
    others = (("Ann", "Lee", "ann.lee@example.com", ANN[3]), ("Ann", "Hill", ANN[2], ""))
    people = (ANN, *others) if first == 0 else (*others[::-1], ANN)
    found = pairs(*people)
    scores = [float(str(pair["score"])) for pair in found]
    assert scores == sorted(scores, reverse=True)
    assert {found[0]["account_id"], found[0]["other_account_id"]} == {f"a-{first}", f"a-{first + 1}"}


def test_an_offices_contact_is_no_evidence() -> None:
    names = ("Ann", "Annie", "Anna", "Anne", "Ann Marie", "Nan")
    assert pairs(*((name, "Lee", "office@example.org", "") for name in names)) == []
    assert pairs(*((name, "Lee", "office@example.org", "") for name in names[:3])) != []


def test_who_shares_nothing_whole_is_not_compared_whoever_stands_between() -> None:
    first, then = ("Lee", "ann.lee@example.org"), ("Lee", "ann.leee@example.org")
    nicknames = (("Ann", *first, "+14155550132"), ("Nan", *then, "+14155550137"))
    assert pairs(*nicknames, ("Bob", *first, ""), ("Cy", *then, "")) == []


def test_each_is_compared_with_the_seven_next_to_them() -> None:
    assert len(pairs(*(ANN for _ in range(10)))) == 7 + 7 + 7 + 6 + 5 + 4 + 3 + 2 + 1


def test_a_name_that_several_have_is_no_slip() -> None:
    sisters = (("Adriana", "Lee", *ANN[2:]), ("Ariana", "Lee", *ANN[2:]))
    others = tuple((name, "Ray", f"{nth}{name}@example.org", "") for nth in range(3) for name in ("Adriana", "Ariana"))
    assert len(pairs(*sisters)) == 1
    assert pairs(*sisters, *others) == []


def test_who_was_pinned_apart_is_not_listed() -> None:
    pin = (str(HERE), "guardian", "G0", str(HERE), "guardian", "G1")
    for pinned, other, verdict, count in (
        (pin[:3], pin[3:], "never_same", 0),
        (pin[3:], pin[:3], "never_same", 0),
        (pin[:3], pin[3:], "same", 1),
    ):
        pins = pl.DataFrame([(*pinned, *other, verdict)], schema=PINS, orient="row")
        assert near_pairs(roster(ANN, LISTED["other domain"], pins=pins)).height == count


def test_both_claimed_is_said() -> None:
    district = Evenings()
    rows = ("S1,G1,Ann,Lee,ann@example.org,4155550132,,", "S2,G2,Ann,Hill,ann@example.org,4155550132,,")
    district.sync(*rows)
    before = district.store.roster(district.scope)
    claimed = evolve(before, accounts=before.accounts.with_columns(state=pl.lit("active")))
    assert "ask before it joins" in near_pairs(claimed)["remedy"].item()
    assert "ask before it joins" not in near_pairs(before)["remedy"].item()


def test_correcting_what_the_remedy_says_leaves_nothing_to_look_at() -> None:
    district = Evenings()
    district.sync("S1,G1,Ann,Lee,ann@example.org,4155550132,,")
    coming = district.plan("S1,G1,Ann,Lee,ann@example.org,4155550132,,", "S2,G2,Ann,Hill,ann@example.org,4155550132,,")
    assert gs.possible_duplicates(district.store, district.scope).is_empty()
    (pair,) = gs.possible_duplicates(district.store, district.scope, coming).to_dicts()
    assert (pair["agree"], pair["differ"]) == ("email, sms", "name")
    corrected = ("S1,G1,Ann,Lee,ann@example.org,4155550132,,", "S2,G2,Ann,Lee,ann@example.org,4155550132,,")
    assert gs.possible_duplicates(district.store, district.scope, district.plan(*corrected)).is_empty()


def test_two_accounts_with_roles_of_several_details_are_one_pair() -> None:
    district = Evenings()
    other = "S3,G3,Ann,Hill,ann@example.org,4155550132,,"
    district.sync(f"S1,G1,{ANN_SAID},,", f"S2,G2,{ANN_SAID},,", other)
    district.sync(f"S1,G1,{ANN_SAID},,", "S2,G2,Ann,Lee,ann@example.org,4155550188,,", other)
    (pair,) = gs.possible_duplicates(district.store, district.scope).to_dicts()
    assert {pair["roles"], pair["other_roles"]} == {"guardian G1, guardian G2", "guardian G3"}


def test_a_role_that_returns_is_compared_by_what_it_has() -> None:
    both = ("S1,G1,Ann,Lee,ann@example.org,4155550132,,", "S2,G2,Ann,Hill,ann@example.org,4155550132,,")
    others = ("S3,G3,Bo,Ray,bo@example.org,,,", "S4,G4,Cy,Ray,cy@example.org,,,")
    district = Evenings(deletion_threshold=0.9)
    for rows in ((*both, *others), (both[0], *others)):
        district.sync(*rows)
    assert gs.possible_duplicates(district.store, district.scope).is_empty()
    coming = district.plan(*both, *others)
    assert gs.possible_duplicates(district.store, district.scope, coming).height == 1


def test_a_child_that_a_plan_would_tie_is_one_in_common() -> None:
    district = Evenings()
    rows = ("S1,G1,Maria,Garcia,maria@example.org,4155550132,,", "S1,G2,Maria,Garcia,mg@example.com,2125550177,,")
    district.sync(rows[0])
    (pair,) = gs.possible_duplicates(district.store, district.scope, district.plan(*rows)).to_dicts()
    assert pair["agree"] == "name, children"


def test_a_detail_that_a_plan_would_set_is_the_one_compared() -> None:
    district = Evenings()
    rows = ("S1,G1,Ann,Lee,ann@example.org,4155550132,,", "S2,G2,Ann,Lee,other@example.org,2125550177,,")
    district.sync(*rows)
    coming = district.plan(rows[0], rows[1].replace("other", "ann"))
    assert gs.possible_duplicates(district.store, district.scope).is_empty()
    (pair,) = gs.possible_duplicates(district.store, district.scope, coming).to_dicts()
    assert (pair["agree"], pair["differ"]) == ("name, email", "sms")


def test_a_plan_is_looked_at_as_if_it_were_done() -> None:
    ann, again = "S1,G1,Ann,Lee,ann@example.org,4155550132,,", "S2,G2,Ann,Hill,ann@example.org,4155550132,,"
    others = ("S3,G3,Bo,Ray,bo@example.org,,,", "S4,G4,Cy,Ray,cy@example.org,,,")
    district = Evenings(deletion_threshold=0.9)
    district.sync(ann, again, *others)
    before = district.store.roster(district.scope)
    assert near_pairs(before).height == 1
    renamed = district.plan(ann, "S2,G2,Ann,Hill,other@example.org,2125550177,,", *others)
    gone = district.plan(ann, *others)
    (a, b) = (district.account(sis_id)["account_id"] for sis_id in ("G1", "G2"))
    joined = changes_of([merge("G2", b, a)])
    for planned in (renamed.frames, gone.frames, joined):
        assert near_pairs(before, planned).is_empty()


def test_children_move_with_a_role_that_a_plan_would_move() -> None:
    district = Evenings()
    district.sync(
        "S1,G1,Maria,Garcia,maria@example.org,4155550132,,",
        "S2,G2,Bo,Ray,bo@example.org,4155550143,,",
        "S2,G3,Maria,Garcia,mg@example.com,2125550177,,",
    )
    before = district.store.roster(district.scope)
    (a, b) = (district.account(sis_id)["account_id"] for sis_id in ("G1", "G2"))
    assert near_pairs(before).is_empty()
    (pair,) = near_pairs(before, changes_of([merge("G2", b, a)])).to_dicts()
    assert (pair["agree"], pair["roles"]) == ("name, children", "guardian G1, guardian G2")


@given(st.permutations(list(LISTED.values())))
def test_the_order_of_rows_does_not_matter(people: list[tuple[str, str, str, str]]) -> None:
    def told(found: pl.DataFrame) -> Counter[tuple[object, ...]]:
        who = dict(zip((f"guardian G{nth}" for nth in range(len(people))), people, strict=True))
        return Counter(
            (frozenset((who[a], who[b])), score, differ)
            for a, b, score, differ in found.select("roles", "other_roles", "score", "differ").iter_rows()
        )

    first = told(near_pairs(roster(*people)))
    people.reverse()
    assert told(near_pairs(roster(*people))) == first


NAMES = st.sampled_from([*CULTURES[0].firsts[:6], "Jr", "", "José", "Jose", "J.", "Ann Jr."])
SAID = st.tuples(
    NAMES,
    NAMES,
    st.sampled_from(["", "a@b.example", "a@c.example", "ann.lee@b.example", "@"]),
    st.sampled_from(["", ANN[3], "+14155550123"]),
)


@given(st.lists(SAID, max_size=8), st.sampled_from(["", "S1"]))
def test_whatever_is_said_each_pair_is_listed_once_and_never_with_itself(
    people: list[tuple[str, str, str, str]], child: str
) -> None:
    children = tuple(child for _ in people) if child else ()
    listed = [frozenset((pair["account_id"], pair["other_account_id"])) for pair in pairs(*people, children=children)]
    assert len(listed) == len(set(listed))
    assert set(listed) <= {frozenset(both) for both in combinations((f"a-{nth}" for nth in range(len(people))), 2)}
