"""Two first names that may be one person's, and pairs that are nearly so."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardiansync.engine.first_names import same_first_name
from guardiansync.testing.names import CULTURES

SAME = (
    ("Ana", "Ana"), ("ana", "ANA"), ("José", "Jose"), ("Łukasz", "Lukasz"), ("Đức", "Duc"), ("Mary-Ann", "Mary Ann"),
    ("Mary Ann", "Maryann"), ("Abd Alrahman", "Abdal Rahman"), ("Mary Ann", "Maryanne"), ("D'Angelo", "DAngelo"), ("J.", "Jose"), ("J", "Jose"),
    ("J. P.", "Jean-Paul"), ("JP", "Jean-Paul"), ("Maria Elena", "Maria"), ("Maria E.", "Maria Elena"),
    ("Alex", "Alexander"), ("Gabi", "Gabriela"), ("Gaby", "Gabriela"), ("Bob", "Robert"), ("Bill", "William"),
    ("Liz", "Elizabeth"), ("Peggy", "Margaret"), ("Jack", "John"), ("Jon", "John"), ("Catherine", "Katherine"),
    ("Kathryn", "Kathrin"), ("Sara", "Sarah"), ("Marc", "Mark"), ("Steven", "Stephen"), ("Marie", "Mary"),
    ("Brian", "Bryan"), ("Eric", "Erik"), ("Rachel", "Rachael"), ("Michelle", "Michele"), ("Jasmine", "Jazmine"),
    ("Teresa", "Theresa"), ("Ann", "Anne"), ("Ann", "Anna"), ("Jennifer", "Jenifer"), ("Pepe", "José"),
    ("Lupita", "Guadalupe"), ("Chuy", "Jesús"), ("Mari", "María"), ("", "Ana"), ("", ""), ("伟", "伟"),
    ("Isabel", "Isabelle"), ("Юлия", "юлия"), ("Jose", "Jose Luis"), ("Jonathan", "Jonathon"), ("Mohamed", "Mohamad"), ("Steve", "Steven"),
)  # fmt: skip
OTHERS = (
    ("Mary", "Marc"), ("Ana", "Ava"), ("Joan", "John"), ("Aidan", "Nadia"), ("Maria Elena", "Maria José"),
    ("Thị Hoa", "Thị Lan"), ("Jose", "Maria Jose"), ("Paul", "Paula"), ("Daniel", "Danielle"), ("Daniel", "Daniela"),
    ("Francisco", "Francisca"), ("Christian", "Christina"), ("Antonio", "Antonia"), ("Juan", "Juanita"),
    ("Angel", "Angela"), ("Justin", "Justina"), ("Louis", "Louise"), ("Jose Luis", "Jose Luisa"), ("Zara", "Sara"),
    ("Hana", "Ana"), ("Jo", "John"), ("K.", "Jose"), ("伟", "伟明"), ("Ana", "Maria"), ("Adriana", "Ariana"),
    ("Marina", "Mariana"), ("Victor", "Victoria"), ("JP", "Jean-Luc"), ("Lucia", "Luca"), ("मीना", "मना"), ("Michel", "Michelle"),
    ("Brandon", "Brendan"), ("James", "Jane"), ("Иван", "Нина"), ("María", "Mariana"), ("Julia", "Julian"), ("Eva", "Evan"),
)  # fmt: skip

NAMES = st.one_of(
    st.sampled_from(
        [name for culture in CULTURES for name in culture.firsts] + [name for pair in SAME for name in pair]
    ),
    st.text(st.sampled_from("aàAbcehiknrsyz'-. "), max_size=7),
    st.text(max_size=5),
)


def same(a: str, b: str) -> bool:
    (answer,) = same_first_name(pl.Series([a]), pl.Series([b]))
    assert isinstance(answer, bool)
    return answer


@pytest.mark.parametrize(("a", "b"), SAME)
def test_one_persons_names(a: str, b: str) -> None:
    assert same(a, b)
    assert same(b, a)


@pytest.mark.parametrize(("a", "b"), OTHERS)
def test_nearly_the_same_is_another_name(a: str, b: str) -> None:
    assert not same(a, b)
    assert not same(b, a)


@given(NAMES, NAMES)
def test_it_does_not_matter_whose_name_is_asked_first(a: str, b: str) -> None:
    assert same(a, b) == same(b, a)


@given(NAMES)
def test_a_name_is_itself_without_case(name: str) -> None:
    assert same(name, name)
    assert same(name, name.swapcase().casefold())


def test_one_name_is_answered_beside_each_other_name() -> None:
    others = pl.Series(["Bob", "Anne", "Ann", "Anne"])
    assert same_first_name(pl.Series(["Ann"] * 4), others).to_list() == [False, True, True, True]


@given(st.lists(st.tuples(NAMES, NAMES), max_size=6))
def test_each_row_has_its_own_answer(pairs: list[tuple[str, str]]) -> None:
    a, b = ([pair[nth] for pair in pairs] for nth in (0, 1))
    answers = same_first_name(pl.Series(a, dtype=pl.String), pl.Series(b, dtype=pl.String))
    assert answers.to_list() == [same(*pair) for pair in pairs]
