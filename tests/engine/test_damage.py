import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardiansync.engine.damage import find_damage, propose_repairs, repaired

SCHEMA = {
    "line": pl.UInt32(),
    **dict.fromkeys(("student_sis_id", "guardian_sis_id", "first_name", "last_name"), pl.String()),
}


def _rows(*names: tuple[str, str]) -> pl.DataFrame:
    rows = [(at, f"s{at}", f"g{at}", first, last) for at, (first, last) in enumerate(names, start=2)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _as_windows(text: str) -> str:
    """UTF-8 read as Windows-1252, as browsers and Excel do: bytes without a letter become controls."""
    raw = text.encode()
    return "".join(
        bytes([octet]).decode("cp1252" if octet not in b"\x81\x8d\x8f\x90\x9d" else "latin-1") for octet in raw
    )


@pytest.mark.parametrize(
    "name",
    ["José", "García", "Álvarez", "O’Brien", "Müller", "Łukasz", "Wałęsa", "Ștefan", "Đorđe", "Ñandú", "Иван"],  # noqa: RUF001
)
@pytest.mark.parametrize("times", [1, 2])
def test_repairs_what_was_read_as_windows(name: str, times: int) -> None:
    damaged = name
    for _ in range(times):
        damaged = _as_windows(damaged)
    assert damaged != name
    assert repaired(damaged) == name
    (found,) = find_damage(_rows((damaged, "Smith")))
    assert (found.code, found.line, found.column, found.guardian_sis_id) == ("text-damaged", 2, "firstName", "g2")
    assert name not in found.message
    assert damaged not in found.message


@pytest.mark.parametrize(
    "name",
    ["José", "ÂNGELA", "ÃO", "Ñuñez", "Ångström", "ÅSA", "Ötzi", "JOÃO", "Élodie", "ÑAÑEZ", "D’Amato", "Ann"],  # noqa: RUF001
)
def test_sound_names_are_left_alone(name: str) -> None:
    assert repaired(name) is None
    assert not find_damage(_rows((name, name)))
    assert propose_repairs(_rows((name, name))).is_empty()


def test_letters_that_are_gone() -> None:
    rows = _rows(("Jos\ufffd", "Smith"), ("Ann", "Mu?oz"), ("Jos?", "X"), ("?", "N/A ?"))
    assert [(found.line, found.column) for found in find_damage(rows)] == [
        (2, "firstName"), (3, "lastName"), (4, "firstName"),
    ]  # fmt: skip
    assert propose_repairs(rows)["repaired"].null_count() == 3


def test_proposals_stand_in_the_order_of_lines() -> None:
    proposed = propose_repairs(_rows(("JosÃ©", "MuÃ±oz"), ("Ann", "GarcÃ\xada"), ("RenÃ©", "X")))
    assert proposed.select("line", "column", "repaired").rows() == [
        (2, "firstName", "José"), (2, "lastName", "Muñoz"), (3, "lastName", "García"), (4, "firstName", "René"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "how"),
    [("JosÃ©", "read as another encoding"), ("Jos\ufffd", "the sign for unreadable ones"), ("Jos?", "question marks")],
)
def test_it_is_said_how_letters_were_damaged(name: str, how: str) -> None:
    (found,) = find_damage(_rows((name, "Smith")))
    assert how in found.message


def test_proposes_beside_what_was_found() -> None:
    rows = _rows(("Ann", "Smith"), ("JosÃ©", "MuÃ±oz"))
    assert propose_repairs(rows).rows() == [(3, "firstName", "JosÃ©", "José"), (3, "lastName", "MuÃ±oz", "Muñoz")]


@given(st.text(max_size=8))
def test_a_repair_never_fails(text: str) -> None:
    again = repaired(text)
    assert again is None or again != text
