"""PostgreSQL URLs, read strictly: what is not well formed is refused here, where no part of it is shown.

The driver would show the piece that it stumbles over, and after an `@` or a `/` in a password that piece is the password.
"""

import re
from urllib.parse import unquote

from attrs import field, frozen

from guardiansync.errors import StoreUnusable
from guardiansync.settings import Secret

NAMESPACE = "guardiansync"
"""The PostgreSQL schema that holds the tables, if the URL names no other."""

_FORM = "postgresql://user:password@host:5432/database, with ?schema=name for another schema than guardiansync"
_SCHEMES = ("postgresql://", "postgres://")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._%-]*)(:[0-9]{1,5})?")
_PARAMETER = re.compile(r"([a-z_]+)=([^=&]*)")
_NAMESPACE = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})|%00")
_SECRET_PARAMETERS = ("password", "sslpassword", "oauth_client_secret")
_SHOWN_PARAMETERS = ("host", "port", "dbname")


@frozen
class Address:
    """Where a PostgreSQL roster lies.

    Attributes:
        uri: What the driver takes, with credentials.
        where: The same without: for messages and repr.
        namespace: The schema in it.
    """

    uri: Secret
    where: str
    namespace: str
    _secrets: tuple[str, ...] = field(repr=False, default=())

    @classmethod
    def parse(cls, url: str) -> "Address":
        """Read a URL.

        Raises:
            StoreUnusable: It is not well formed. The message shows nothing of it.
        """
        scheme = next((known for known in _SCHEMES if url.startswith(known)), None)
        if scheme is None:
            raise _malformed("it begins otherwise")
        rest, _, query = url.removeprefix(scheme).partition("?")
        authority, _, database = rest.partition("/")
        user, at, hosts = authority.rpartition("@")
        if any(mark in part for mark in "@?/" for part in (user, database, query.replace("/", ""))):
            raise _malformed(
                "an @, ? or / stands where none can; in a user or password, write them as %40, %3F and %2F"
            )
        if re.search(r"[\s\x00-\x1f]", url) or _BAD_ESCAPE.search(url):
            raise _malformed("it holds a blank, or a % that begins no escape; write these as %20 and %25")
        if not all(_HOST.fullmatch(host) for host in hosts.split(",")):
            raise _malformed("the host or port cannot be one; in a password, write / as %2F and ? as %3F")
        parameters = [_PARAMETER.fullmatch(part) for part in query.split("&") if part]
        named = [(found[1], found[2]) for found in parameters if found]
        if len(named) < len(parameters):
            raise _malformed("a parameter behind the ? is not of the form name=value")
        namespace = unquote(next((value for name, value in named if name == "schema"), NAMESPACE))
        if not _NAMESPACE.fullmatch(namespace):
            raise _malformed(
                "a schema's name has lower-case letters, digits and _, and does not begin with pg_ or a digit"
            )
        passed = [f"{name}={value}" for name, value in named if name != "schema"]
        shown = [f"{name}={value}" for name, value in named if name in _SHOWN_PARAMETERS]
        if namespace != NAMESPACE:
            shown.append(f"schema={namespace}")
        passwords = [user.partition(":")[2], *(value for name, value in named if name in _SECRET_PARAMETERS)]
        return cls(
            Secret(f"postgresql://{user}{at}{hosts}/{database}?" + "&".join([*passed, _KNOWN_AS])),
            f"postgresql://{hosts}/{database}" + ("?" + "&".join(shown) if shown else ""),
            namespace,
            tuple(form for raw in passwords if raw for form in (raw, unquote(raw))),
        )

    def without_secrets(self, text: str) -> str:
        """A text of the driver's, should it ever repeat a password."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


_KNOWN_AS = "fallback_application_name=guardiansync"


def _malformed(why: str) -> StoreUnusable:
    return StoreUnusable(f"This is not a PostgreSQL URL: {why}. Give {_FORM}.")
