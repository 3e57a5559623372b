import subprocess
import sys

import pytest

from guardiansync.errors import StoreUnusable
from guardiansync.stores import open_store


@pytest.mark.parametrize(
    "url",
    [
        "", "memory", "memory:", "memory://x", "sqlite://", "sqlite:///", "sqlite:////", "sqlite://roster.db", "roster.db",
        "/srv/roster.db", "mysql://me:s3cret@host/db", "SQLITE:///x.db", "sqlite:s3cret",
        "postgresql:s3cret", "postgresql+psycopg://me:s3cret@host/db",
    ],
)  # fmt: skip
def test_other_urls_are_refused_with_the_forms_there_are(url: str) -> None:
    with pytest.raises(StoreUnusable) as caught:
        open_store(url)
    assert "sqlite:////srv/roster.db" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_url_is_a_text() -> None:
    with pytest.raises(StoreUnusable, match="not PosixPath"):
        open_store(__import__("pathlib").Path("roster.db"))


def test_no_driver_is_imported_before_it_is_used() -> None:
    script = (
        "import sys, guardiansync.stores as stores, guardiansync.stores.sql, guardiansync.stores.postgresql\n"
        "assert not {name for name in sys.modules if name.startswith(('adbc', 'pyarrow'))}"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
