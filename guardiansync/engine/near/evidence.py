"""What speaks for one person and what for two, weighed as Fellegi and Sunter do: logarithms of likelihoods, added up."""

from collections.abc import Callable
from functools import cache
from typing import Final

import polars as pl

from guardiansync.engine.first_names import is_known_name, same_first_name, spelt

EQUAL: Final = "equal"
ACCENTS: Final = "accents"
VARIANT: Final = "variant"
MISTYPED: Final = "mistyped"
EXCHANGED: Final = "exchanged"
PARTLY: Final = "partly"
OTHER_DOMAIN: Final = "other domain"
NUMBERED: Final = "numbered"
ABSENT: Final = "absent"
LACKING: Final = "lacking"
OTHER: Final = "other"

WEIGHTS: Final = {
    "first": {EQUAL: 6.0, ACCENTS: 4.0, VARIANT: 4.0, MISTYPED: 3.0, EXCHANGED: 6.0, OTHER: -20.0},
    "last": {EQUAL: 4.0, PARTLY: 3.0, MISTYPED: 3.0, EXCHANGED: 3.0, ABSENT: 0.0, OTHER: -3.0},
    "email": {EQUAL: 11.0, OTHER_DOMAIN: 4.0, MISTYPED: 4.0, NUMBERED: -1.0, ABSENT: 0.0, LACKING: -3.0, OTHER: -4.0},
    "sms": {EQUAL: 11.0, MISTYPED: 2.5, ABSENT: 0.0, LACKING: -3.0, OTHER: -4.0},
}
"""Bits by detail and by how it compares.

First names weigh most against: a household shares everything else. An address that differs in a digit (ann.lee1,
ann.lee2) is mostly that of somebody of the same name, and families buy their numbers in a row. `ABSENT` is what neither
has, `LACKING` what one of the two has.
"""

CHILD_IN_COMMON: Final = 6.5
NO_CHILD_IN_COMMON: Final = -2.0
LEAST: Final = 8.0
"""From here on a pair is worth somebody's time: one contact and the first name, or the whole name and a child."""

_LONG: Final = 5
_VOWELS: Final = "aeio"
_SLIPS_ALIKE: Final = 2
"""A first name that more accounts have is no slip."""


def weigh(people: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Compare pairs and keep those that may be one person.

    Args:
        people: As `people_of` gives them.
        pairs: As `pairs_of` gives them.

    Returns:
        The pairs that are worth a look, with `first_is`, `last_is`, `email_is`, `sms_is`, and `score`.
    """
    pairs = _beside(people, pairs, "generation", "tokens", "first")
    pairs = pairs.filter(pl.col("generation_a") == pl.col("generation_b")).drop("generation_a", "generation_b")
    exchanged = (pl.col("tokens_a") == pl.col("tokens_b")) & (pl.col("first_a") != pl.col("first_b"))
    pairs = _beside(people, pairs.with_columns(exchanged=exchanged).drop("tokens_a", "tokens_b"), "last")
    # "Ann Marie" "Lee" and "Ann" "Marie Lee" are the same words, too, but not exchanged.
    pairs = pairs.with_columns(_first_is(pairs, _usual_names(people))).filter(pl.col("first_is") != OTHER)
    pairs = _beside(people, pairs, "name", "email", "local", "sms")
    # Kept apart from equal names, for a household may have a José and a Jose; done here, where few are left.
    pairs = pairs.with_columns(_or_accents())
    pairs = pairs.with_columns(_last_is(pairs), _email_is(pairs), _sms_is(pairs))
    told = [pl.col(f"{detail}_is").replace_strict(weights) for detail, weights in WEIGHTS.items()]
    child = pl.when("child").then(CHILD_IN_COMMON).otherwise(NO_CHILD_IN_COMMON)
    # A name alone never gets there: there are many Maria Garcias.
    return pairs.with_columns(score=pl.sum_horizontal(*told, child)).filter(pl.col("score") >= LEAST)


def _beside(people: pl.DataFrame, pairs: pl.DataFrame, *names: str) -> pl.DataFrame:
    sides = [people[name].gather(pairs[side]).alias(f"{name}_{side}") for side in ("a", "b") for name in names]
    return pairs.with_columns(sides)


def _usual_names(people: pl.DataFrame) -> frozenset[str]:
    return frozenset(people.group_by("first").len().filter(pl.col("len") > _SLIPS_ALIKE)["first"])


def _first_is(pairs: pl.DataFrame, usual: frozenset[str]) -> pl.Expr:
    mistyped = _by_pair(pairs, "first", lambda a, b: _is_slip_of_name(a, b, usual))
    return (
        pl.when(pl.col("first_a") == pl.col("first_b"))
        .then(pl.lit(EQUAL))
        .when("exchanged")
        .then(pl.lit(EXCHANGED))
        .when(same_first_name(pairs["first_a"], pairs["first_b"]))
        .then(pl.lit(VARIANT))
        .when(mistyped)
        .then(pl.lit(MISTYPED))
        .otherwise(pl.lit(OTHER))
        .alias("first_is")
    )


def _or_accents() -> pl.Expr:
    """Whether what is the same in plain letters is so only there."""
    mine, theirs = (pl.col(name).str.split("\x1f").list.first() for name in ("name_a", "name_b"))
    only_plain = (pl.col("first_is") == EQUAL) & (mine != theirs)
    return pl.when(only_plain).then(pl.lit(ACCENTS)).otherwise("first_is").alias("first_is")


def _last_is(pairs: pl.DataFrame) -> pl.Expr:
    return (
        pl.when(pl.col("first_is") == EXCHANGED)
        .then(pl.lit(EXCHANGED))
        .when(pl.col("last_a") == pl.col("last_b"))
        .then(pl.lit(EQUAL))
        .when((pl.col("last_a") == "") | (pl.col("last_b") == ""))
        .then(pl.lit(ABSENT))
        .when(_by_pair(pairs, "last", _is_part))
        .then(pl.lit(PARTLY))
        .when(_by_pair(pairs, "last", _is_mistyped_last_name))
        .then(pl.lit(MISTYPED))
        .otherwise(pl.lit(OTHER))
        .alias("last_is")
    )


def _email_is(pairs: pl.DataFrame) -> pl.Expr:
    other_domain = (pl.col("local_a") == pl.col("local_b")) & (pl.col("local_a").str.len_chars() >= _LONG)
    wordy = [pl.col(name).str.replace_all(r"\d", "") for name in ("email_a", "email_b")]
    mistyped = _by_pair(pairs, "email", _is_one_off)
    nearly = (
        pl.when(other_domain).then(pl.lit(OTHER_DOMAIN)).when(mistyped & (wordy[0] == wordy[1])).then(pl.lit(NUMBERED))
    )
    return _contact_is("email", nearly.when(mistyped).then(pl.lit(MISTYPED)).otherwise(pl.lit(OTHER)))


def _sms_is(pairs: pl.DataFrame) -> pl.Expr:
    mistyped = _by_pair(pairs, "sms", _is_one_off)
    return _contact_is("sms", pl.when(mistyped).then(pl.lit(MISTYPED)).otherwise(pl.lit(OTHER)))


def _contact_is(contact: str, unequal: pl.Expr) -> pl.Expr:
    mine, theirs = pl.col(f"{contact}_a"), pl.col(f"{contact}_b")
    return (
        pl.when((mine == "") & (theirs == ""))
        .then(pl.lit(ABSENT))
        .when((mine == "") | (theirs == ""))
        .then(pl.lit(LACKING))
        .when(mine == theirs)
        .then(pl.lit(EQUAL))
        .otherwise(unequal)
        .alias(f"{contact}_is")
    )


def _by_pair(pairs: pl.DataFrame, detail: str, judge: Callable[[str, str], bool]) -> pl.Series:
    """A judgement of two texts, made once for each two."""
    on = [f"{detail}_a", f"{detail}_b"]
    others = pairs.select(on).filter((pl.col(on[0]) != pl.col(on[1])) & pl.all_horizontal(pl.all() != "")).unique()
    judged = pl.Series([judge(*both) for both in others.iter_rows()], dtype=pl.Boolean)
    found = pairs.select(on).join(others.with_columns(judged=judged), on=on, how="left", maintain_order="left")
    return found["judged"].fill_null(value=False)


def _is_one_off(a: str, b: str) -> bool:
    """One letter or digit too many, too few or wrong, or two next to each other exchanged."""
    return _distance()(a, b, score_cutoff=1) <= 1


def _is_slip_of_name(a: str, b: str, usual: frozenset[str]) -> bool:
    if min(len(a), len(b)) < _LONG or not _is_one_off(a, b):
        return False
    # Mario and Maria are two people, and so are Adriana and Ariana.
    ends_otherwise = a[-1] != b[-1] and (a[-1] in _VOWELS or b[-1] in _VOWELS)
    return not ends_otherwise and not all(name in usual or is_known_name(name) for name in (a, b))


def _is_mistyped_last_name(a: str, b: str) -> bool:
    return spelt(a) == spelt(b) or (min(len(a), len(b)) >= _LONG and _is_one_off(a, b))


def _is_part(a: str, b: str) -> bool:
    """Garcia, Garcia Lopez and Garcia-Lopez; O'Brien and O Brien."""
    mine, theirs = set(a.split()), set(b.split())
    return mine <= theirs or theirs <= mine or a.replace(" ", "") == b.replace(" ", "")


@cache
def _distance() -> Callable[..., int]:
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - dear to import

    return OSA.distance
