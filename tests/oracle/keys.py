"""Identity keys and agreement (design §4, §6, A4, A5)."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import polars as pl

from guardiansync.engine.first_names import same_first_name
from oracle.people import Said


class Key(NamedTuple):
    """Normalised name, email and mobile."""

    name: str
    email: str
    sms: str
    usable: bool


class Contacts:
    """Which contacts are evidence: not those that stand beside too many names (A5).

    Args:
        people: Everybody, in the file and in the roster.
        most: Beside how many names a contact may stand.
    """

    def __init__(self, people: Iterable[Said], most: int) -> None:
        names: dict[tuple[str, str], set[str]] = defaultdict(set)
        for said in people:
            names["email", email_of(said)].add(name_of(said))
            names["sms", said.sms].add(name_of(said))
        self._shared = {contact for contact, beside in names.items() if len(beside) > most}

    def email(self, said: Said) -> str:
        """The email, or blank where it is no evidence."""
        return "" if ("email", email_of(said)) in self._shared else email_of(said)

    def sms(self, said: Said) -> str:
        """The mobile, or blank where it is no evidence."""
        return "" if ("sms", said.sms) in self._shared else said.sms

    def key(self, said: Said) -> Key:
        """The identity key."""
        email, sms = self.email(said), self.sms(said)
        named = bool(said.first_name and said.last_name)
        usable = named and bool(email or sms) and said.email.isascii() and not mixes_scripts(said)
        return Key(name_of(said), email, sms, usable)

    def agree(self, one: Said, other: Said) -> bool:
        """Equal names, or equal emails that are there, or equal mobiles that are there (§4)."""
        return name_of(one) == name_of(other) or self.contact_agrees(one, other)

    def contact_agrees(self, one: Said, other: Said) -> bool:
        """Equal emails or mobiles that are there."""
        email, sms = self.email(one), self.sms(one)
        return bool(email and email == self.email(other)) or bool(sms and sms == self.sms(other))


ALL_CONTACTS = Contacts([], 1)
"""Every contact is evidence: for what resembles somebody who is denied."""


def name_of(said: Said) -> str:
    """The name as it is compared."""
    return f"{said.first_name}\x1f{said.last_name}".casefold()


def email_of(said: Said) -> str:
    """The email as it is compared: letters beyond ASCII stay, or a look-alike would become what it looks like."""
    return said.email.lower() if said.email.isascii() else said.email


def same_value(field: str, one: str, other: str) -> bool:
    """Whether two values of a detail differ in spelling at most."""
    match field:
        case "first_name" | "last_name":
            return one.casefold() == other.casefold()
        case "email":
            return email_of(Said(email=one)) == email_of(Said(email=other))
        case _:
            return one == other


def mixes_scripts(said: Said) -> bool:
    """Whether a word of the name has letters of several alphabets, as look-alikes have (A4)."""
    return any(len(_scripts(word)) > 1 for name in said[:2] for word in name.split())


def _scripts(word: str) -> set[str]:
    alphabets = {"LATIN", "CYRILLIC", "GREEK"}
    return {unicodedata.name(letter, "?").split()[0] for letter in word if letter.isalpha()} & alphabets


@cache
def same_first(one: str, other: str) -> bool:
    """Whether two first names may be one person's: given, as cleaning is."""
    return bool(same_first_name(pl.Series([one]), pl.Series([other]))[0])
