import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardiansync.feed.encoding import Text, decode
from guardiansync.feed.guess import guess
from guardiansync.model.feed import Fetched

HEADER = "studentSisId,guardianSisId,firstName,lastName\n"
FILLER = "".join(f"{at},g{at},Ann,Smith\n" for at in range(3000))

WESTERN = [
    "José", "Muñoz", "García", "Ángel", "Zoë", "O’Brien", "D’Angelo", "Ka’iulani", "Müller", "Groß", "François",  # noqa: RUF001 - the curly one
    "Renée", "João", "Conceição", "Åsa", "Søren", "Ødegård", "MUÑOZ", "GARCÍA", "Noël", "Jiménez-Núñez", "Élodie",
]  # fmt: skip
EASTERN = [
    "Wałęsa", "Łukasz", "Dąbrowska", "Żaneta", "Kamiński", "Dvořák", "Jiří", "Růžička", "Štěpán", "Ľubomír", "Szűcs",
    "Győző", "Erdős", "Mădălina", "Ştefan", "Kovačić", "Đorđević", "Željko", "DVOŘÁK",
]  # fmt: skip
CASES = [(name, encoding) for name in WESTERN for encoding in ("cp1252", "mac_roman")] + [
    (name, encoding) for name in EASTERN for encoding in ("cp1250", "iso8859-2")
] + [("José", "cp850"), ("Müller", "cp437"), ("Muñoz", "cp437"), ("Dœuvre", "iso8859-15")]  # fmt: skip


def _decode(data: bytes) -> Text:
    return decode(Fetched(data=data, name="guardians.csv", where="here", sha256=""))


@pytest.mark.parametrize(("name", "encoding"), CASES)
def test_one_name_in_the_last_row_is_enough(name: str, encoding: str) -> None:
    text = HEADER + FILLER + f"9,g9,{name},Smith\n"
    found = _decode(text.encode(encoding))
    assert found.data.decode() == text
    assert [one.code for one in found.findings if one.code != "encoding-unsure"] == ["encoding-fallback"]
    assert found.encoding.lines == (3002,)


def test_says_what_decided() -> None:
    text = HEADER + FILLER + "9,g9,Łukasz,Smith\n8,g8,Jiří,Dvořák\n"
    chosen = _decode(text.encode("cp1250")).encoding
    assert str(chosen) == chosen.name == "cp1250"
    assert chosen.confidence > 0.99
    assert chosen.runner_up not in {"", "cp1250"}
    assert chosen.why.startswith("3 words beyond ASCII look more like names as Windows-1250")
    assert chosen.lines == (3002, 3003)
    assert not any(name in chosen.why for name in ("Łukasz", "Jiří", "Dvořák"))


def test_two_encodings_that_give_the_same_text_are_no_doubt() -> None:
    chosen = _decode((HEADER + "1,g1,José,Smith\n").encode("latin-1")).encoding
    assert chosen.name == "cp1252"
    assert chosen.runner_up not in {"cp1250", "iso8859-2", "iso8859-15"}
    assert chosen.confidence > 0.99


def test_a_matter_that_cannot_be_told_is_a_finding() -> None:
    found = _decode(HEADER.encode() + b"1,g1,Se\xe8,Smith\n")
    assert found.encoding.confidence < 0.9
    (unsure,) = (one for one in found.findings if one.code == "encoding-unsure")
    assert "see lines 2" in unsure.message


def test_controls_and_ordinals_and_blanks_of_windows() -> None:
    for cell in ("Mª José", "María\u00a0", "María\u00a0José", "“Pepe” José", "Smith–Núñez", "O´Brien"):  # noqa: RUF001
        text = HEADER + f"1,g1,{cell},Smith\n"
        assert _decode(text.encode("cp1252")).data.decode() == text


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp1250"])
def test_many_words_are_as_good_as_few(encoding: str) -> None:
    names = EASTERN if encoding == "cp1250" else WESTERN
    rows = "".join(
        f"{at},g{at},{names[at % len(names)]},{names[at // 20 % len(names)]}-{at % 7}\n" for at in range(9000)
    )
    assert _decode((HEADER + rows).encode(encoding)).data.decode() == HEADER + rows


def test_a_rare_byte_is_heard_among_many() -> None:
    # Only one word in the file tells Windows-1250 from Windows-1252.
    same = "".join(f"{at},g{at},{chr(97 + at % 26)}é{chr(97 + at // 26 % 26)},Smith\n" for at in range(676))
    text = HEADER + same + "9,g9,Dvořák,Smith\n"
    assert _decode(text.encode("cp1250")).data.decode() == text


def test_bytes_without_a_letter_are_told_by_line() -> None:
    found = _decode(HEADER.encode() + b"1,g1,Jos\xe9,Mu\xf1oz\n2,g2,Ren\xe9e,X \x81 Y\n")
    assert found.encoding.name == "cp1252"
    assert found.lost == (3,)
    assert "Muñoz" in found.data.decode()


@given(st.binary(min_size=1, max_size=40))
def test_whatever_the_bytes_the_text_is_utf8(data: bytes) -> None:
    chosen = guess(data + b"\xe9")
    assert 0 < chosen.encoding.confidence <= 1
    assert len(chosen.encoding.lines) in range(1, 6)
