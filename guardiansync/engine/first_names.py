"""Whether two first names may be the same person's: accents, initials, nicknames and spellings, but no other name.

Rather too few than too many: where a recycled id is taken for its former holder, somebody reaches a child that is not
theirs; where a person is taken for another one, somebody looks and says so.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

import polars as pl

_SPELLED_ALIKE: Final = 0.96
"""Jaro-Winkler of longer names that end alike: Rachel and Rachael, not Adriana and Ariana."""

_LONG: Final = 6
_REMEMBERED: Final = 1 << 16
"""How many names' forms are kept, so that thousands of districts in one process do not fill its memory."""

_SHORTEST_START: Final = 3
"""Letters that a shortened name has at least: Alex for Alexander, not Jo for John."""

_VOWELS: Final = re.compile("[aeiou]")
_MARKS: Final = re.compile("[\u0300-\u036f]")
_JOINING: Final = re.compile("['\u2018\u2019`\u00b4.]")
_PLAIN: Final = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "\u0131": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ħ": "h"}
)

_SPELLINGS: Final = (
    (re.compile("ph"), "f"), (re.compile("v"), "f"), (re.compile("x"), "ks"), (re.compile("[cq]h?(?=[iey])"), "s"),
    (re.compile("ch|ck|[cq]u?"), "k"), (re.compile("(?<!^)h"), ""), (re.compile("y"), "i"),
    (re.compile("(?<!^)z"), "s"), (re.compile("nne$"), "n"), (re.compile("ie$"), "i"), (re.compile(r"(.)\1+"), r"\1"),
)  # fmt: skip
"""What is written in several ways: Stephen and Steven, Catherine and Katherine, Marie and Mary, Jon and John."""

_ENDINGS: Final = (
    "a", "e", "ia", "ina", "ine", "ita", "le", "lle", "ne", "ette", "etta", "ella", "elle", "fina",
)  # fmt: skip
_AFTER_A: Final = ("n", "na", "no")
"""Paul and Paula, Juan and Juanita, Julia and Julian may be a couple: the longer name is not the shorter one in full."""

_WOMEN: Final = frozenset(
    {"ann", "carol", "clair", "daph", "dell", "dian", "isabel", "jean", "joan", "lynn", "myrt", "tash", "tish", "trish"}
)
"""Names that stay the same person's with such an ending. So do those in -i: Mari and Maria, Stephani and Stephanie."""

_SPANISH: Final[Mapping[str, tuple[str, ...]]] = {
    "alberto": ("beto",), "alejandra": ("alex",), "alejandro": ("alex", "jandro"), "alicia": ("licha",), "antonio": ("tono", "tonio"),
    "beatriz": ("betty",), "concepcion": ("concha", "conchita"), "dolores": ("lola",), "eduardo": ("lalo",),
    "enrique": ("kike", "quique"), "fernando": ("nando",), "francisca": ("paca",), "francisco": ("paco", "pancho"),
    "gabriela": ("gabi", "gaby"), "graciela": ("chela",), "guadalupe": ("lupe", "lupita"), "guillermo": ("memo",), "humberto": ("beto",),
    "ignacio": ("nacho",), "isabel": ("chabela",), "jesus": ("chuy", "chucho"), "jose": ("pepe",), "juana": ("juanita",),
    "luis": ("lucho",), "mercedes": ("meche",), "ramon": ("moncho",), "refugio": ("cuca",), "roberto": ("beto",),
    "rosario": ("chayo", "charo"), "sergio": ("checo",), "vicente": ("chente",),
}  # fmt: skip
"""What the package, which is English, does not know."""


def same_first_name(a: pl.Series, b: pl.Series) -> pl.Series:
    """Whether each of two first names may be the same person's. Symmetric; a blank name is no other name.

    They may where they are equal but for case, accents and punctuation; where one begins the other (three letters at
    least, or an initial); where one is a usual nickname of the other; where both are usual spellings of one name. Of
    several names all that both have must fit: Maria and Maria Elena do, Maria Elena and Maria José do not.

    Args:
        a: First names.
        b: As many others.

    Returns:
        A Boolean for each.
    """
    pairs = pl.DataFrame({"a": a, "b": b})
    others = pairs.filter(pl.col("a") != pl.col("b")).unique()
    same = pl.Series([_same(one, other) for one, other in others.iter_rows()], dtype=pl.Boolean)
    judged = pairs.join(others.with_columns(same=same), on=["a", "b"], how="left", maintain_order="left")
    return judged["same"].fill_null(value=True).rename("same")


def plain_letters(name: str) -> tuple[str, ...]:
    """A name's parts, in small letters without accents and punctuation."""
    folded = unicodedata.normalize("NFD", name.casefold())
    plain = unicodedata.normalize("NFC", _MARKS.sub("", folded)).translate(_PLAIN)
    # Vowels are marks in some scripts, and tell names apart.
    letters = (letter if unicodedata.category(letter)[0] in "LM" else " " for letter in _JOINING.sub("", plain))
    return tuple("".join(letters).split())


_parts = lru_cache(_REMEMBERED)(plain_letters)


def _same(a: str, b: str) -> bool:
    mine, theirs = _parts(a), _parts(b)
    if not mine or not theirs or "".join(mine) == "".join(theirs):
        return True
    if all(map(_alike, mine, theirs)):
        return True
    if len(mine) == len(theirs):
        return False
    return spelt("".join(mine)) == spelt("".join(theirs)) or _initials(mine, theirs) or _initials(theirs, mine)


def _initials(short: tuple[str, ...], names: tuple[str, ...]) -> bool:
    """JP for Jean Paul."""
    return len(names) > 1 and short == ("".join(name[0] for name in names),)


def _alike(a: str, b: str) -> bool:
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if len(short) == 1:
        # A letter of an alphabet stands for a name; a Chinese character is one.
        return short.upper() != short and long.startswith(short)
    if _has_its_ending(long, short):
        return False
    if len(short) >= _SHORTEST_START and long.startswith(short):
        return True
    mine, theirs = spelt(a), spelt(b)
    return mine == theirs or _is_nickname(a, b) or _is_nickname(b, a) or _nearly(a, b)


def _has_its_ending(long: str, short: str) -> bool:
    ending = long.removeprefix(short)
    if ending == long or short in _WOMEN or short.endswith("i"):
        return False
    return ending in _ENDINGS or (short.endswith("a") and ending in _AFTER_A)


def _nearly(a: str, b: str) -> bool:
    # The last letter tells Francisco from Francisca, and Christian from Christina.
    if min(len(a), len(b)) < _LONG or a[-1] != b[-1]:
        return False
    if len(a) == len(b) > _LONG and _VOWELS.sub("a", a) == _VOWELS.sub("a", b):
        return sum(map(str.__ne__, a, b)) == 1
    from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415 - dear to import

    return JaroWinkler.similarity(*sorted((a, b))) >= _SPELLED_ALIKE


@lru_cache(_REMEMBERED)
def spelt(name: str) -> str:
    """A name's plain letters, written the same way for all usual spellings."""
    for written, spelling in _SPELLINGS:
        name = written.sub(spelling, name)
    return name


def _is_nickname(name: str, full: str) -> bool:
    return name in _nicknames().get(full, ()) or name in _SPANISH.get(full, ())


def is_known_name(name: str) -> bool:
    """Whether plain letters are a first name of their own, or a nickname, and no slip of the pen."""
    return name in _known_names()


@cache
def _known_names() -> frozenset[str]:
    tables = (_nicknames(), _SPANISH)
    return frozenset(name for table in tables for full, short in table.items() for name in (full, *short))


@cache
def _nicknames() -> Mapping[str, set[str]]:
    from nicknames import NickNamer  # noqa: PLC0415 - reads a file

    return NickNamer.default_lookup()
