"""Where rosters are kept."""

from guardiansync.errors import StoreUnusable
from guardiansync.stores.protocol import Store, Transaction

_FORMS = (
    "memory://, sqlite:///roster.db (relative to this folder), sqlite:////srv/roster.db (absolute) or "
    "postgresql://user:password@host/database"
)


def open_store(url: str) -> Store:
    """Open a roster store.

    Args:
        url: `memory://`, `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql://user:password@host/database`,
            there with `?schema=name` for another schema than `guardiansync`. A new or empty file or schema becomes a
            roster.

    Raises:
        StoreUnusable: The URL is none of these, the driver is not installed, or the database is not one that this
            version can use.
    """
    if not isinstance(url, str):
        raise StoreUnusable(f"A store's URL is a text, not {type(url).__name__}: give {_FORMS}.")
    scheme, colon, rest = url.partition("://")
    if scheme == "memory" and colon and not rest:
        from guardiansync.stores.memory import MemoryStore  # noqa: PLC0415 - only the one that is asked for

        return MemoryStore()
    if scheme == "sqlite" and rest.startswith("/") and rest.strip("/"):
        from guardiansync.stores.sql import SqliteStore  # noqa: PLC0415 - the same

        return SqliteStore(rest[1:])
    if scheme in ("postgresql", "postgres") and colon:
        from guardiansync.stores.sql import PostgresStore  # noqa: PLC0415 - the same

        return PostgresStore(url)
    # The URL itself is not shown: whatever it was meant to be, it may hold a password.
    raise StoreUnusable(f"This is not the URL of a store: give {_FORMS}.")


__all__ = ["Store", "Transaction", "open_store"]
