"""How much a word looks like a name: letters beyond ASCII, their neighbours and their case."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

from attrs import frozen

from guardiansync.feed.name_lists import NAMES

WESTERN: Final[Mapping[str, float]] = {
    "english": 0.12, "spanish": 0.40, "portuguese": 0.09, "french": 0.17, "german": 0.08, "italian": 0.03,
    "dutch": 0.02, "nordic": 0.07, "polish": 0.005, "czech and slovak": 0.005, "hungarian": 0.005, "romanian": 0.001,
    "south slavic": 0.004,
}  # fmt: skip
"""How the families of a western export share its accents."""

EASTERN: Final[Mapping[str, float]] = {
    "english": 0.01, "spanish": 0.01, "portuguese": 0.002, "french": 0.01, "german": 0.05, "italian": 0.001,
    "dutch": 0.001, "nordic": 0.002, "polish": 0.29, "czech and slovak": 0.22, "hungarian": 0.16, "romanian": 0.10,
    "south slavic": 0.144,
}  # fmt: skip
"""The same where the export is one of central Europe."""

_EDGE = "^"
_KNOWN = 0.4
"""How often a name is one of the list."""
_SHY = 3
"""How many times a neighbourhood must have been seen to be believed as much as a smaller one."""
_LONE_APOSTROPHE = 7.0
_SPREAD = 300
"""How many signs there might be, where nothing is known."""

_BASES = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "a", "œ": "o", "ß": "s", "\u0131": "i", "þ": "t"}
"""Letters that Unicode does not take apart."""

_APOSTROPHES = {"\u2019": 0.5, "\u2018": 0.03, "\u00b4": 0.03, "\u02bc": 0.03, "'": 1.0}
_ORDINALS = "\u00aa\u00ba"
_ABBREVIATED = frozenset("MDN" + _ORDINALS)
_OPENING = "\u201c\u201e\u00ab"
_CLOSING = "\u201d\u00bb"
_DASHES = "\u2013\u2014"
_SIGNS = {
    "\u00a0": (3e-3, 1e-6),
    "\u00ad": (1e-6, 1e-6),
    **dict.fromkeys(_DASHES, (1e-3, 1e-7)),
    **dict.fromkeys(_OPENING + _CLOSING, (1e-3, 1e-8)),
    **dict.fromkeys(_ORDINALS, (1e-3, 1e-6)),
}
"""How likely a sign is where it belongs, and elsewhere."""
_PREFIXES = frozenset({"Mc", "Mac", "De", "Di", "Le", "La", "Van", "Fitz", "Des", "Du"})
_PARTS = re.compile(r"[^\W\d_]+")

LOST = "\ufffd"
"""What stands for a byte that an encoding has no sign for."""


@cache
def base(letter: str) -> str:
    """The letter without its accent, in lower case."""
    lower = letter.lower()
    return _BASES.get(lower) or unicodedata.normalize("NFD", lower)[0]


@frozen(eq=False)
class _Counts:
    """How often letters stood behind none, one or two others, and these before any."""

    before: Mapping[str, int]
    together: Mapping[str, int]

    def chance(self, word: str, at: int) -> float:
        """A letter after the two before it; as far as these are rare, after the one, or wherever it stands."""
        chance = 1 / _SPREAD
        for size in range(3):
            context = word[at - size : at]
            seen = self.before.get(context, 0)
            if not seen:
                break
            weight = seen / (seen + _SHY)
            chance = weight * self.together.get(context + word[at], 0) / seen + (1 - weight) * chance
        return chance


@frozen(eq=False)
class _Language:
    """What one language's names look like: letters in their neighbourhood, as they are and without their accents."""

    names: frozenset[str]
    letters: _Counts
    bases: _Counts
    accents: Mapping[str, int]

    def chance(self, name: str) -> float:
        """How likely the language is to give this name, in lower case."""
        word = _edged(name)
        plain = "".join(map(base, word))
        chance = 1.0
        for at in range(2, len(word)):
            accent = (self.accents.get(plain[at] + word[at], 0) + 0.01) / (self.accents.get(plain[at], 0) + 1)
            chance *= 0.5 * self.letters.chance(word, at) + 0.5 * self.bases.chance(plain, at) * accent
        if name in self.names:
            chance = (1 - _KNOWN) * chance + _KNOWN / len(self.names)
        return chance


@cache
def _languages() -> Mapping[str, _Language]:
    return {name: _learnt([word.lower() for word in words.split()]) for name, words in NAMES.items()}


def _learnt(names: list[str]) -> _Language:
    accents: Counter[str] = Counter()
    for name in names:
        for letter in name:
            accents[base(letter)] += 1
            accents[base(letter) + letter] += 1
    words = [_edged(name) for name in names]
    plain = ["".join(map(base, word)) for word in words]
    return _Language(frozenset(names), _counted(words), _counted(plain), accents)


def _counted(words: list[str]) -> _Counts:
    before: Counter[str] = Counter()
    together: Counter[str] = Counter()
    for word in words:
        for at in range(2, len(word)):
            for size in range(3):
                before[word[at - size : at]] += 1
                together[word[at - size : at + 1]] += 1
    return _Counts(before, together)


def _edged(name: str) -> str:
    return f"{_EDGE}{_EDGE}{name}{_EDGE}"


def implausibility(word: str, families: Mapping[str, float]) -> float:
    """How much speaks against a word of a roster: the negative logarithm of its chance, whatever its ASCII letters.

    Args:
        word: Letters, apostrophes, hyphens and anything beyond ASCII, as decoded.
        families: How often each language gives such words: `WESTERN` or `EASTERN`.
    """
    loss = _case_loss(word)
    part = ""
    parts = []
    for at, sign in enumerate(word):
        if sign.isalpha() and _is_latin(sign):
            part += sign.lower()
        elif sign in _APOSTROPHES:
            loss -= math.log(_APOSTROPHES[sign])
            part += "'"
        else:
            if not sign.isascii():
                loss -= math.log(_sign_chance(word, at))
            parts.append(part)
            part = ""
    parts.append(part)
    return loss + sum(_part_loss(part, families is EASTERN) for part in parts if part)


@lru_cache(maxsize=4096)
def _part_loss(part: str, eastern: bool) -> float:  # noqa: FBT001 - the cache's key
    if part == "'":
        return _LONE_APOSTROPHE
    languages = _languages()
    families = EASTERN if eastern else WESTERN
    return -math.log(sum(share * languages[name].chance(part) for name, share in families.items()) + 1e-300)


def _is_latin(sign: str) -> bool:
    return (sign < "\u0250" or "\u1e00" <= sign < "\u1f00") and sign not in "\u00aa\u00ba\u00b5"


def _sign_chance(word: str, at: int) -> float:
    """How likely a sign that is no letter stands where it does."""
    sign = word[at]
    before, after = word[at - 1 : at], word[at + 1 : at + 2]
    inside = before.isalpha() and after.isalpha()
    if sign in _SIGNS:
        usual, odd = _SIGNS[sign]
        if sign in _ORDINALS:
            fits = before in _ABBREVIATED and not after.isalpha()
        elif sign in _OPENING:
            fits = not before and after.isalpha()
        elif sign in _CLOSING:
            fits = bool(before) and not after
        elif sign in _DASHES:
            fits = not (before or after) or (before.isalpha() and after.isupper())
        else:  # a blank: what comes next begins anew
            fits = not (before.isalpha() and after.islower())
        return usual if fits else odd
    kind = unicodedata.category(sign)
    if sign == LOST or kind == "Cc":
        return 1e-10
    if kind.startswith("L"):
        return 1e-7  # of another script
    return 1e-9 if inside else 1e-8 if before.isalpha() or after.isalpha() else 1e-6


def _case_loss(word: str) -> float:
    """What speaks against capitals inside a word and small letters among capitals, where they are not ASCII."""
    loss = 0.0
    for part in _PARTS.findall(word):
        plain = [sign for sign in part if sign.isascii()]
        capitals = sum(map(str.isupper, plain))
        shouted = capitals == len(plain) and capitals > 1
        for at, sign in enumerate(part):
            if sign.isascii():
                continue
            if sign.isupper():
                # Behind an apostrophe or a Mc another name begins.
                starts = at == 0 or part[:at] in _PREFIXES
                loss += 0.0 if shouted or not plain or starts else 9.0
            elif shouted:
                loss += 3.0
            elif at == 0 and sign.islower():
                loss += 0.3 if plain and not capitals else 4.0
            if not shouted and sign.islower() and part[at + 1 : at + 2].isupper():
                loss += 4.0
    return loss
