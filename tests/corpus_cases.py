"""The corpus: whole files with one trouble each, and what has to come of them."""

import json
from pathlib import Path
from typing import Any

from attrs import frozen

import guardiansync as gs

CORPUS = Path(__file__).parent / "corpus"


@frozen
class Case:
    """One file of the corpus.

    Attributes:
        name: Its folder and name.
        data: Its bytes.
        wanted: What has to come of it; see the corpus' README.
    """

    name: str
    data: bytes
    wanted: dict[str, Any]

    def read(self) -> gs.Feed:
        """Read it as its settings say."""
        told = self.wanted.get("settings", {})
        return gs.read_feed(self.data, gs.SyncSettings(scope=gs.District("d-1"), **told))


def cases() -> list[Case]:
    """All files of the corpus, by name."""
    return [
        Case(
            path.relative_to(CORPUS).with_suffix("").as_posix(),
            path.read_bytes(),
            json.loads(path.with_suffix(".json").read_text(encoding="utf-8")),
        )
        for path in sorted(CORPUS.rglob("*.csv"))
    ]
