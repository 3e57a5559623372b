import io
import zipfile
from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardiansync.errors import FileTooLarge, GuardianSyncError, UnreadableFile
from guardiansync.feed import read
from guardiansync.feed.archive import unpack
from guardiansync.model.feed import Fetched

CONTENT = b"studentSisId,guardianSisId,firstName,lastName,email\n1,g1,An,Other,an@example.org\n"
MAX = 1 << 30


def _fetched(data: bytes, name: str = "export.zip") -> Fetched:
    return Fetched(data=data, name=name, where="here", sha256=sha256(data).hexdigest())


def _zip(*members: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


@pytest.mark.parametrize("name", ["guardians.csv", "GUARDIANS.CSV", "export/2026/Guardians.csv"])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_opens_the_one_csv(name: str, compression: int) -> None:
    data = _zip(("readme.txt", b"hello"), (name, CONTENT), ("__MACOSX/._guardians.csv", b"x"), compression=compression)
    opened = unpack(_fetched(data), max_bytes=MAX)
    assert opened.data == CONTENT
    assert opened.name == name.rsplit("/", 1)[-1]
    assert opened.sha256 == sha256(data).hexdigest()  # of what the district sent


def test_leaves_a_csv_alone_even_with_a_zip_behind_it() -> None:
    for data in (CONTENT, CONTENT + _zip(("guardians.csv", b"other")), b"", b"PK"):
        assert unpack(_fetched(data), max_bytes=MAX).data == data


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ((), ""),
        ((("students.csv", b"x"), ("teachers.csv", b"x")), "no guardians.csv (it holds: students.csv, teachers.csv)"),
        ((("a/guardians.csv", b"x"), ("b/Guardians.csv", b"x")), "2 files named guardians.csv"),
        ((("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")), "Excel"),
        ((("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"x")), "OpenDocument"),
        ((("guardians.csv/", b""), ("x", b"")), "no guardians.csv"),
    ],
)
def test_says_what_it_holds_instead(members: tuple[tuple[str, bytes], ...], said: str) -> None:
    if not members:
        assert unpack(_fetched(_zip()), max_bytes=MAX).data  # an empty ZIP begins otherwise
        return
    with pytest.raises(UnreadableFile) as caught:
        unpack(_fetched(_zip(*members)), max_bytes=MAX)
    assert said in str(caught.value)


def test_lists_at_most_ten_names() -> None:
    with pytest.raises(UnreadableFile) as caught:
        unpack(_fetched(_zip(*((f"file{number:02}\x1b.csv", b"") for number in range(30)))), max_bytes=MAX)
    assert "file09?" in str(caught.value)
    assert "file10" not in str(caught.value)


def test_locked() -> None:
    data = bytearray(_zip(("guardians.csv", CONTENT)))
    data[6] |= 1  # the flag in the member's own header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    with pytest.raises(UnreadableFile, match="password"):
        unpack(_fetched(bytes(data)), max_bytes=MAX)


def test_a_zip_in_a_zip_is_refused() -> None:
    inner = _zip(("guardians.csv", CONTENT))
    for data in (_zip(("guardians.csv", inner)), _zip(("export.zip", inner))):
        with pytest.raises(UnreadableFile, match=r"ZIP archive inside a ZIP archive|it holds: export\.zip"):
            read(_fetched(data), columns={}, encoding=None, max_bytes=MAX)


def test_bounds() -> None:
    bomb = _zip(("guardians.csv", bytes(64 << 20)))
    with pytest.raises(UnreadableFile, match="times its size"):
        unpack(_fetched(bomb), max_bytes=MAX)
    with pytest.raises(FileTooLarge):
        unpack(_fetched(bomb), max_bytes=1 << 20)


def test_the_size_it_announces_is_not_believed() -> None:
    data = bytearray(_zip(("guardians.csv", bytes(8 << 20))))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
    with pytest.raises(GuardianSyncError):
        unpack(_fetched(bytes(data)), max_bytes=1 << 20)


def test_a_damaged_one() -> None:
    data = _zip(("guardians.csv", CONTENT * 100))
    for broken in (data[:-30], data[:40], data[:60] + b"\0" * 40 + data[100:]):
        with pytest.raises(UnreadableFile, match="damaged"):
            unpack(_fetched(broken), max_bytes=MAX)


@given(st.data())
def test_whatever_the_damage_only_our_errors_leave(data: st.DataObject) -> None:
    whole = bytearray(_zip(("guardians.csv", CONTENT), ("other.txt", b"hello")))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(GuardianSyncError):
        unpack(_fetched(bytes(whole)), max_bytes=1 << 20)
