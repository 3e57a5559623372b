"""A ZIP archive with guardians.csv in it, opened in memory and with bounds."""

import io
import posixpath
import zipfile

from attrs import evolve

from guardiansync.errors import FileTooLarge, UnreadableFile
from guardiansync.feed.take import clean_names
from guardiansync.model.feed import Fetched
from guardiansync.settings import FILE_NAME

_SIGNATURE = b"PK\x03\x04"
_ENCRYPTED = 0x1
_CHUNK_BYTES = 1 << 20
_MAX_RATIO = 200
_RATIO_MATTERS_FROM = 10 << 20

_OFFICE = {
    "[Content_Types].xml": "an Office document (such as an Excel workbook)",
    "mimetype": "an OpenDocument file (such as a LibreOffice spreadsheet)",
}
_AS_CSV = "Save it as CSV (UTF-8) under the name guardians.csv."
_ONE_FILE = "Put exactly one guardians.csv into the ZIP, without a password."


def unpack(fetched: Fetched, *, max_bytes: int) -> Fetched:
    """Open the ZIP, if it is one.

    Args:
        fetched: The file as it came.
        max_bytes: The largest guardians.csv that is taken out of a ZIP.

    Returns:
        The file inside, with the digest and the time of the ZIP; or the file itself where it is no ZIP.

    Raises:
        UnreadableFile: The ZIP is damaged or locked, or does not hold exactly one guardians.csv.
        FileTooLarge: What is inside is larger than `max_bytes`.
    """
    # Not zipfile.is_zipfile: it takes a CSV with a ZIP appended for a ZIP.
    if not fetched.data.startswith(_SIGNATURE):
        return fetched
    try:
        with zipfile.ZipFile(io.BytesIO(fetched.data)) as archive:
            member = _the_one(archive, fetched.name)
            data = _unpacked(archive, member, fetched, max_bytes)
    except (UnreadableFile, FileTooLarge):
        raise
    except Exception as error:
        # Damage comes out of zipfile as one of a dozen types, by where it lies.
        raise UnreadableFile(
            fetched.name, "a damaged ZIP archive", "Make the ZIP again, or send the CSV itself."
        ) from error
    return evolve(fetched, data=data, name=posixpath.basename(member.filename))


def _the_one(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    names = [member.filename for member in members]
    for sign, what in _OFFICE.items():
        if sign in names:
            raise UnreadableFile(name, what, _AS_CSV)
    fitting = [member for member in members if posixpath.basename(member.filename).casefold() == FILE_NAME]
    if len(fitting) != 1:
        what = "no guardians.csv" if not fitting else f"{len(fitting)} files named guardians.csv"
        listed = ", ".join(clean_names(sorted(names))) or "nothing"
        raise UnreadableFile(name, f"a ZIP archive with {what} (it holds: {listed})", _ONE_FILE)
    if fitting[0].flag_bits & _ENCRYPTED:
        raise UnreadableFile(name, "a ZIP archive that is locked with a password", _ONE_FILE)
    return fitting[0]


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, fetched: Fetched, max_bytes: int) -> bytes:
    taken = io.BytesIO()
    with archive.open(member) as file:
        # What the archive says of its size is not believed: the bytes that come out are counted.
        while part := file.read(_CHUNK_BYTES):
            taken.write(part)
            size = taken.tell()
            if size > max_bytes:
                raise FileTooLarge(fetched.where, f"{FILE_NAME} in {fetched.name}", size, max_bytes)
            if size > _RATIO_MATTERS_FROM and size > _MAX_RATIO * max(member.compress_size, 1):
                found = f"a ZIP archive that unpacks to more than {_MAX_RATIO} times its size"
                raise UnreadableFile(fetched.name, found, "Send the CSV itself, if it is right.")
    return taken.getvalue()
