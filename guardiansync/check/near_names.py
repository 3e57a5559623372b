"""Names that are nearly guardians.csv, and what is wrong with each."""

import re
from collections.abc import Sequence
from typing import Final

from guardiansync.settings import FILE_NAME

_STEM: Final = "guardians"
_UNDER_WAY: Final = {"filepart", "part", "partial", "tmp", "crdownload", "uploading"}
_WORKBOOKS: Final = {"xlsx", "xls", "xlsm", "ods", "numbers"}
_PACKED: Final = {"gz", "7z", "rar", "bz2", "xz", "tar", "tgz", "gpg", "pgp"}
_MOST_SLIPS: Final = 2


def nearly_so_called(names: Sequence[str]) -> dict[str, str]:
    """Which names in a folder were probably meant to be guardians.csv, and how each differs.

    Args:
        names: The folder's names.
    """
    return {name: why for name in sorted(names) if (why := _difference(name))}


def alike_folder(wanted: str, names: Sequence[str]) -> str | None:
    """The name that a mistyped folder was probably meant to be: another case, or a slip or two.

    Args:
        wanted: What the settings say.
        names: What is there.
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - only where a folder is missing

    near = [(OSA.distance(wanted.casefold(), name.casefold()), name) for name in names]
    distance, name = min(near, default=(_MOST_SLIPS + 1, ""))
    return name if distance <= min(_MOST_SLIPS, len(wanted) // 3) else None


def _difference(name: str) -> str:
    bare = name.casefold()
    stem, _, ending = bare.strip().partition(".")
    last = ending.rpartition(".")[2]
    if bare == FILE_NAME or last == "zip" or not _is_near(_letters(stem)):
        return ""
    said: list[str] = []
    if _letters(stem) != _STEM:
        said.append("it is spelt otherwise")
    elif stem != _STEM or bare != bare.strip():
        said.append("there is more in its name, as second downloads and dates add it")
    if ending != "csv":
        said.append(_about_ending(ending, last))
    return ", and ".join(said)


def _about_ending(ending: str, last: str) -> str:
    if not ending:
        return "it has no extension"
    if last in _UNDER_WAY:
        return "it is an upload that is under way or broke off"
    if last in _WORKBOOKS:
        return "it is a workbook: save it as CSV (UTF-8)"
    if last in _PACKED:
        return f"it is packed as .{last}: only a ZIP is opened"
    if ending.startswith("csv."):
        return f"it ends in .{ending} (Windows hides the last part)"
    return f"it ends in .{ending}, not in .csv"


def _letters(stem: str) -> str:
    return re.sub(r"[^a-z]", "", re.sub(r"\bcopy( of)?\b", "", stem))


def _is_near(letters: str) -> bool:
    if "guardian" in letters:
        return True
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - only when somebody checks

    return OSA.distance(letters, _STEM, score_cutoff=_MOST_SLIPS) <= _MOST_SLIPS
