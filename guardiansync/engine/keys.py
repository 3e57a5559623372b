"""Identity keys: what two people must have in common, letter by letter, to be taken for one (design §6).

A contact that stands beside too many names is nobody's (A5), and a name that mixes scripts may be made to look like
another (A4): neither is ever part of a usable key.
"""

from typing import Final

import polars as pl
from attrs import field, frozen

from guardiansync.engine.text import comparable, fold, is_ascii

KEY: Final = ("name_key", "email_key", "sms_key")
_NAME_SEPARATOR: Final = "\x1f"

_LOOKS_LATIN: Final = r"[\p{Greek}\p{Cyrillic}\p{Armenian}\p{Cherokee}\p{Coptic}\p{Lisu}\p{Deseret}]"
_WITHIN_A_WORD: Final = r"[\p{L}\p{M}\p{N}]*"
_MIXED: Final = rf"\p{{Latin}}{_WITHIN_A_WORD}{_LOOKS_LATIN}|{_LOOKS_LATIN}{_WITHIN_A_WORD}\p{{Latin}}"


def _no_contacts() -> pl.Series:
    return pl.Series(dtype=pl.String)


@frozen(eq=False)
class Shared:
    """Contacts that stand beside too many names to tell anything (A5).

    Attributes:
        email: Emails, in lower case.
        sms: Mobiles, in E.164.
    """

    email: pl.Series = field(factory=_no_contacts)
    sms: pl.Series = field(factory=_no_contacts)

    def is_evidence(self, name: str, column: str) -> pl.Expr:
        """Whether a column of emails or mobiles holds one that tells something; blank does not.

        Args:
            name: "email" or "sms".
            column: The column.
        """
        value = pl.col(column)
        over_shared: pl.Series = getattr(self, name)
        if over_shared.is_empty():
            return value != ""
        return (value != "") & ~comparable(name, value).is_in(over_shared.implode())


NONE_SHARED: Final = Shared()


def name_key(first: str = "first_name", last: str = "last_name") -> pl.Expr:
    """The name as it is compared."""
    return fold(pl.concat_str(first, last, separator=_NAME_SEPARATOR))


def shared_contacts(people: pl.DataFrame, roles: pl.DataFrame, max_names: int) -> Shared:
    """The contacts beside more than `max_names` different names, tonight's and the roster's (A5).

    Args:
        people: What is said tonight; has `ROLE_DETAILS`.
        roles: What was said; schema `ROLES`.
        max_names: `settings.max_names_per_contact`.
    """
    over = {}
    for name in ("email", "sms"):
        said = pl.concat([frame.select(name) for frame in (people, roles)]).to_series()
        often = _often(said, max_names)
        if name == "email":
            odd = said.filter(said.str.contains("[A-Z]"))
            often = pl.concat([often, odd, odd.str.to_lowercase()]).unique()
        over[name] = _beside_too_many(people, roles, name, often, max_names)
    return Shared(**over)


def _often(said: pl.Series, times: int) -> pl.Series:
    """What stands more than so many times. Sorting hashes finds it far sooner than counting texts would."""
    hashes = said.hash()
    ordered = hashes.sort()
    repeated = ordered.filter(ordered == ordered.shift(times)).unique()
    found = said.filter(hashes.is_in(repeated.implode())).unique()
    return found.filter(found != "")


def _beside_too_many(
    people: pl.DataFrame, roles: pl.DataFrame, name: str, often: pl.Series, max_names: int
) -> pl.Series:
    if often.is_empty():
        return often
    beside = pl.concat(
        frame.filter(pl.col(name).is_in(often.implode())).select(comparable(name, pl.col(name)), one=name_key())
        for frame in (people, roles)
    )
    counted = beside.unique().group_by(name).len()
    return counted.filter((pl.col("len") > max_names) & (pl.col(name) != ""))[name].sort()


def mixes_scripts(name: str) -> pl.Expr:
    """Whether a word of a name mixes Latin letters with such that look like them (A4)."""
    return pl.col(name).str.contains(_MIXED)


def with_keys(people: pl.DataFrame, shared: Shared = NONE_SHARED) -> pl.DataFrame:
    """Add the identity key (design §6).

    Args:
        people: Has `first_name`, `last_name`, `email`, `sms`, cleaned.
        shared: Contacts that count as blank.

    Returns:
        The same with `name_key`, `email_key`, `sms_key`, and `key_usable`: a name and one contact are there, the email is
        ASCII (a look-alike letter must never make two people one), and no name mixes scripts.
    """
    keyed = people.with_columns(
        name_key=name_key(),
        email_key=_unless_shared("email", shared),
        sms_key=_unless_shared("sms", shared),
    )
    plain = is_ascii(pl.col("name_key"))
    mixed = mixes_scripts("first_name") | mixes_scripts("last_name")
    return keyed.with_columns(
        key_usable=(pl.col("first_name") != "")
        & (pl.col("last_name") != "")
        & ((pl.col("email_key") != "") | (pl.col("sms_key") != ""))
        & is_ascii(pl.col("email"))
        & (plain | ~mixed)
    )


def _unless_shared(name: str, shared: Shared) -> pl.Expr:
    key = comparable(name, pl.col(name))
    over_shared: pl.Series = getattr(shared, name)
    if over_shared.is_empty():
        return key
    return pl.when(key.is_in(over_shared.implode())).then(pl.lit("")).otherwise(key)
