import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardiansync.engine.languages import language_codes
from guardiansync.engine.phones import to_e164
from guardiansync.engine.text import alike, fold, tidy


def test_folding_is_pythons_casefold_for_every_assigned_code_point() -> None:
    points = [
        chr(point)
        for point in range(0x110000)
        if not 0xD800 <= point <= 0xDFFF and unicodedata.category(chr(point)) != "Cn"
    ]
    folded = pl.DataFrame({"c": points}).select(fold(pl.col("c")))["c"]
    expected = pl.Series([point.casefold() for point in points])
    assert pl.DataFrame({"got": folded, "want": expected}).filter(pl.col("got") != pl.col("want")).is_empty()


@pytest.mark.parametrize(
    ("untidy", "tidied"),
    [
        ("  Ann\t Lee ", "Ann Lee"),
        ("Ann\u200b\u202eLee", "AnnLee"),
        ("\ufeffAnn", "Ann"),
        ("Jose\u0301", "José"),
        ("\u2800Ann\u00a0Lee", "Ann Lee"),
        ("a \u200b b", "a b"),
        ("\uff21nn", "\uff21nn"),
        ("", ""),
    ],
)
def test_tidying_never_changes_what_is_meant(untidy: str, tidied: str) -> None:
    assert tidy(pl.Series([untidy, "plain"])).to_list() == [tidied, "plain"]


@given(st.lists(st.text(), min_size=1))
def test_tidying_twice_is_tidying_once(texts: list[str]) -> None:
    once = tidy(pl.Series(texts, dtype=pl.String))
    assert tidy(once).to_list() == once.to_list()


NUMBERS = st.one_of(
    st.from_regex(r"\A\+?1?[ (]?[2-9][0-9]{2}[) .-]{0,2}[2-9][0-9]{2}[ .-]?[0-9]{4}\Z"),
    st.from_regex(r"\A[0-9+() .\-/x#]{0,16}\Z"),
    st.from_regex(r"\A\+[1-9][0-9]{6,12}\Z"),
    st.text(max_size=12),
)


@given(st.lists(NUMBERS, min_size=1, max_size=40), st.sampled_from(["US", "CA", "PR", "JM", "GB", "DE"]))
def test_the_rule_by_columns_equals_phonenumbers(numbers: list[str], region: str) -> None:
    import phonenumbers  # noqa: PLC0415 - as the engine does

    def one(number: str) -> str:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            return ""
        return phonenumbers.format_number(parsed, 0) if phonenumbers.is_valid_number(parsed) else ""

    assert to_e164(pl.Series(numbers, dtype=pl.String), region).to_list() == [one(number) for number in numbers]


def test_every_area_code_is_judged_as_phonenumbers_judges_it() -> None:
    import phonenumbers  # noqa: PLC0415 - as the engine does

    numbers = [f"{area}{exchange}0142" for area in range(200, 1000) for exchange in (200, 234, 555, 700, 911, 976)]
    valid = [phonenumbers.is_valid_number(phonenumbers.parse(number, "US")) for number in numbers]
    assert [number != "" for number in to_e164(pl.Series(numbers), "US")] == valid


def test_languages_are_codes_or_english_names() -> None:
    said = pl.Series(["en", "ES", "Spanish", " haitian creole ", "pt-BR", "Klingon", "", "zh_Hant"])
    assert language_codes(said).to_list() == ["en", "es", "es", "ht", "pt", "", "", "zh"]


SPOKEN_AT_HOME = {
    "en": ("English", "eng", "en-US"),
    "es": ("Spanish", "spa", "Español", "Castellano"),
    "zh": ("Chinese", "chi", "zho", "Mandarin", "Cantonese", "中文", "汉语", "普通话", "廣東話", "Chinese (Mandarin)"),
    "vi": ("Vietnamese", "vie", "Tiếng Việt"),
    "ar": ("Arabic", "ara", "العربية", "عربي"),
    "fr": ("French", "fre", "fra", "Français"),
    "ko": ("Korean", "kor", "한국어"),
    "ru": ("Russian", "rus", "Русский"),
    "ht": ("Haitian Creole", "hat", "Kreyòl", "Kreyòl ayisyen"),
    "hi": ("Hindi", "hin", "हिन्दी"),
    "pt": ("Portuguese", "por", "Português", "pt-BR"),
    "so": ("Somali", "som", "Soomaali", "Af-Soomaali"),
    "tl": ("Tagalog", "tgl", "Filipino", "fil"),
    "ur": ("Urdu", "urd", "اردو"),
    "fa": ("Persian", "Farsi", "Dari", "fas", "per", "prs", "فارسی"),
    "ps": ("Pashto", "pus", "پښتو"),
    "pa": ("Punjabi", "Panjabi", "pan", "ਪੰਜਾਬੀ"),
    "bn": ("Bengali", "ben", "বাংলা"),
    "am": ("Amharic", "amh", "አማርኛ"),
    "ti": ("Tigrinya", "tir", "ትግርኛ"),
    "sw": ("Swahili", "swa", "Kiswahili"),
    "uk": ("Ukrainian", "ukr", "Українська"),
    "ja": ("Japanese", "jpn", "日本語"),
    "pl": ("Polish", "pol", "Polski"),
    "de": ("German", "ger", "deu", "Deutsch"),
    "sq": ("Albanian", "alb", "sqi", "Shqip"),
    "ro": ("Romanian", "rum", "ron", "Română"),
    "tr": ("Turkish", "tur", "Türkçe"),
    "hy": ("Armenian", "arm", "hye", "Հայերեն"),
    "my": ("Burmese", "bur", "mya"),
}


@pytest.mark.parametrize("code", SPOKEN_AT_HOME)
def test_the_languages_of_most_homes_are_known_by_all_their_names(code: str) -> None:
    said = [code, *SPOKEN_AT_HOME[code]]
    assert language_codes(pl.Series(said)).to_list() == [code] * len(said)


def test_languages_that_have_no_code_or_are_none_stay_blank() -> None:
    assert language_codes(pl.Series(["na", "N/A", "Other", "xx", "Klingon-US", "e", "enEN"])).to_list() == [""] * 7


def test_an_email_beyond_ascii_is_alike_to_itself_only() -> None:
    emails = ["kim@example.org", "KIM@example.org", "\u212aim@example.org", "\u212aIM@example.org"]
    both = pl.DataFrame([(a, b) for a in emails for b in emails], schema=["a", "b"], orient="row")
    told = both.filter(alike("email", "a", "b")).rows()
    assert told == [(a, b) for a in emails for b in emails if a == b or {a, b} <= set(emails[:2])]
    assert both.filter(alike("last_name", "a", "b")).height == len(both)
