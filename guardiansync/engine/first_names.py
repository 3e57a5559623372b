"""Whether two first names may be the same person's: accents, initials, nicknames and spellings, but no other name.

Rather too few than too many: where a recycled id is taken for its former holder, somebody reaches a child that is not
theirs; where a person is taken for another one, somebody looks and says so.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

import polars as pl

_SPELLED_ALIKE: Final = 0.96
"""Jaro-Winkler of longer names that end alike: Rachel and Rachael, not Adriana and Ariana."""

_LONG: Final = 6
_SHORTEST_START: Final = 3
"""Letters that a shortened name has at least: Alex for Alexander, not Jo for John."""

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

_FEMININE: Final = (
    "a", "e", "ia", "ina", "ine", "ita", "le", "lle", "ne", "ette", "etta", "ella", "elle", "fina",
)  # fmt: skip
"""Paul and Paula, Daniel and Danielle, Juan and Juanita may be a couple: the longer name is no longer form of the other."""

_WOMEN: Final = frozenset(
    {"ann", "carol", "clair", "dell", "dian", "isabel", "jean", "joan", "lynn", "tash", "tish", "trish"}
)
"""Names that stay the same person's with such an ending. So do those in -i: Mari and Maria, Stephani and Stephanie."""

_SPANISH: Final[Mapping[str, tuple[str, ...]]] = {
    "alberto": ("beto",), "alejandro": ("jandro",), "alicia": ("licha",), "antonio": ("tono", "tonio"),
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


_parts = cache(plain_letters)


def _same(a: str, b: str) -> bool:
    mine, theirs = _parts(a), _parts(b)
    if not mine or not theirs or "".join(mine) == "".join(theirs):
        return True
    if all(map(_alike, mine, theirs)):
        return True
    if len(mine) == len(theirs):
        return False
    return _spelt("".join(mine)) == _spelt("".join(theirs)) or _initials(mine, theirs) or _initials(theirs, mine)


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
    if _is_feminine_of(long, short):
        return False
    if len(short) >= _SHORTEST_START and long.startswith(short):
        return True
    mine, theirs = _spelt(a), _spelt(b)
    return mine == theirs or _is_nickname(a, b) or _is_nickname(b, a) or _nearly(a, b)


def _is_feminine_of(long: str, short: str) -> bool:
    ending = long.removeprefix(short)
    return ending != long and ending in _FEMININE and short not in _WOMEN and not short.endswith("i")


def _nearly(a: str, b: str) -> bool:
    # The last letter tells Francisco from Francisca, and Christian from Christina.
    if min(len(a), len(b)) < _LONG or a[-1] != b[-1]:
        return False
    from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415 - dear to import

    return JaroWinkler.similarity(*sorted((a, b))) >= _SPELLED_ALIKE


@cache
def _spelt(name: str) -> str:
    for written, spelling in _SPELLINGS:
        name = written.sub(spelling, name)
    return name


def _is_nickname(name: str, full: str) -> bool:
    return name in _nicknames().get(full, ()) or name in _SPANISH.get(full, ())


@cache
def _nicknames() -> Mapping[str, set[str]]:
    from nicknames import NickNamer  # noqa: PLC0415 - reads a file

    return NickNamer.default_lookup()
