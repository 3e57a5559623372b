"""Who is compared: what is said of each account, and its details in the forms that they are compared in."""

from collections.abc import Callable
from typing import Final

import polars as pl

from guardiansync.engine.first_names import plain_letters, spelt
from guardiansync.engine.keys import with_keys
from guardiansync.model.roster import ROLE_DETAILS

GENERATIONS: Final = ("jr", "sr", "junior", "senior", "ii", "iii", "iv")
"""What tells a father from a son of the same name."""

_PER_CONTACT: Final = 4
"""A contact beside more names is an office's (A5)."""

_ROLE_ADDRESSES: Final = (
    "admin",
    "family",
    "hello",
    "home",
    "info",
    "mail",
    "none",
    "office",
    "parent",
    "parents",
    "test",
)


def people_of(roles: pl.DataFrame) -> pl.DataFrame:
    """One row for each account and all that the SIS says of it.

    Args:
        roles: Roles in force, with `account_id` and `ROLE_DETAILS`.

    Returns:
        account_id; name: as keys compare it; first, last: the names' plain letters; tokens: all parts of both names, sorted; sound: the same as
        they are spoken; generation: Jr. and the like; email, local (what
        stands before the @), sms: what counts as evidence, else blank.
    """
    said = with_keys(roles.select("account_id", *ROLE_DETAILS).unique()).filter(pl.col("first_name") != "")
    said = said.select(
        "account_id", _plain(said["first_name"]).alias("first"), _plain(said["last_name"]).alias("last"),
        name="name_key", email="email_key", sms="sms_key",
    )  # fmt: skip
    said = said.with_columns(_evident(contact) for contact in ("email", "sms")).unique()
    marks = "|".join(GENERATIONS)
    whole = pl.col("first") + " " + pl.col("last")
    generation = pl.coalesce(
        whole.str.extract(rf"^\S+ .*?\b({marks})$"), pl.col("first").str.extract(rf"^\S.* ({marks})$"), pl.lit("")
    )
    without = [pl.col(name).str.replace(rf" ({marks})$|^({marks})$", "") for name in ("first", "last")]
    said = said.with_columns(*without, generation=generation.str.replace("junior", "jr").str.replace("senior", "sr"))
    tokens = (pl.col("first") + " " + pl.col("last")).str.strip_chars().str.split(" ").list.sort().list.join(" ")
    local = pl.col("email").str.extract("^(.*)@").fill_null("")
    said = said.with_columns(
        tokens=tokens,
        local=pl.when(local.is_in(_ROLE_ADDRESSES)).then(pl.lit("")).otherwise(local),
    )
    # Names that are alike stand together, and nothing depends on the order in which the store gives its rows.
    return said.with_columns(sound=_by_value(said["tokens"], _sound)).sort("tokens", "local", pl.all())


def _evident(contact: str) -> pl.Expr:
    few = pl.col("name").n_unique().over(contact) <= _PER_CONTACT
    return pl.when(few).then(pl.col(contact)).otherwise(pl.lit(""))


def _plain(names: pl.Series) -> pl.Series:
    return _by_value(names, lambda name: " ".join(plain_letters(name)))


def _sound(tokens: str) -> str:
    return " ".join(sorted(map(spelt, tokens.split(" "))))


def _by_value(column: pl.Series, made: Callable[[str], str]) -> pl.Series:
    """Names are few beside people: each is looked at once."""
    values = column.unique()
    forms = pl.Series([made(value) for value in values], dtype=pl.String)
    return column.replace_strict(values, forms, return_dtype=pl.String)
