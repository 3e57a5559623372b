"""Text by columns: what may be tidied away without changing what is meant, and what "equal" means for names."""

import polars as pl

INVISIBLE = "[\\p{Cf}\\p{Cc}\\p{Default_Ignorable_Code_Point}\u2800]"
"""Characters that show nothing: formatting and bidi marks, controls, and the blank braille cell."""

_EDGES = f"^(?:\\s|{INVISIBLE})+|(?:\\s|{INVISIBLE})+$"
_BARE = r"^(?:[!-~](?:[ -~]*[!-~])?)?$"
_PLAIN = r"^(?:[!-~]+(?: [!-~]+)*)?$"

_FOLDED_BEYOND_LOWER = (
    (0x00B5, 0x00B5), (0x00DF, 0x00DF), (0x0149, 0x0149), (0x017F, 0x017F), (0x01F0, 0x01F0), (0x0345, 0x0345),
    (0x0390, 0x0390), (0x03B0, 0x03B0), (0x03C2, 0x03C2), (0x03D0, 0x03D1), (0x03D5, 0x03D6), (0x03F0, 0x03F1),
    (0x03F5, 0x03F5), (0x0587, 0x0587), (0x13F8, 0x13FD), (0x1C80, 0x1C88), (0x1E96, 0x1E9B), (0x1F50, 0x1F50),
    (0x1F52, 0x1F52), (0x1F54, 0x1F54), (0x1F56, 0x1F56), (0x1F80, 0x1F87), (0x1F90, 0x1F97), (0x1FA0, 0x1FA7),
    (0x1FB2, 0x1FB4), (0x1FB6, 0x1FB7), (0x1FBE, 0x1FBE), (0x1FC2, 0x1FC4), (0x1FC6, 0x1FC7), (0x1FD2, 0x1FD3),
    (0x1FD6, 0x1FD7), (0x1FE2, 0x1FE4), (0x1FE6, 0x1FE7), (0x1FF2, 0x1FF4), (0x1FF6, 0x1FF7), (0xAB70, 0xABBF),
    (0xFB00, 0xFB06), (0xFB13, 0xFB17),
)  # fmt: skip
_FOLDS = {chr(point): chr(point).casefold() for first, last in _FOLDED_BEYOND_LOWER for point in range(first, last + 1)}


def tidy(column: pl.Series) -> pl.Series:
    """Text as a person reads it: NFC, whitespace collapsed, nothing invisible (design §6). Accents and case stay.

    Plain printable ASCII, nearly all there is, is recognised by one scan and left alone.
    """
    untidy = column.filter(~column.str.contains(_PLAIN)).unique()
    if untidy.is_empty():
        return column
    tidied = (
        untidy.str.replace_all(r"\s+", " ")
        .str.replace_all(INVISIBLE, "")
        .str.normalize("NFC")
        .str.replace_all(" +", " ")
        .str.strip_chars()
    )
    return column.replace(untidy, tidied)


def fold(expr: pl.Expr) -> pl.Expr:
    """Python's `str.casefold` for every assigned code point, by columns."""
    return expr.str.to_lowercase().str.replace_many(_FOLDS)


def trim(column: pl.Series) -> pl.Series:
    """Ids and emails without what stands around them; inside nothing changes.

    No NFC here: it would turn the Kelvin sign into a plain K, and one person's address into another's.
    """
    edged = column.filter(~column.str.contains(_BARE)).unique()
    return column.replace(edged, edged.str.replace_all(_EDGES, "")) if edged.len() else column


def is_ascii(expr: pl.Expr) -> pl.Expr:
    """Whether each text is ASCII all through."""
    return expr.str.len_bytes() == expr.str.len_chars()


def comparable(detail: str, expr: pl.Expr) -> pl.Expr:
    """A detail without what is spelling only: case in names, and in emails as far as they are ASCII.

    Lower-casing turns letters beyond ASCII into ASCII ones (again the Kelvin sign), so such an email stays as it is.
    """
    match detail:
        case "email":
            return pl.when(is_ascii(expr)).then(expr.str.to_lowercase()).otherwise(expr)
        case "sms":
            return expr
        case _:
            return fold(expr)


def alike(detail: str, a: str, b: str) -> pl.Expr:
    """Whether two columns of the same detail differ in spelling at most."""
    return comparable(detail, pl.col(a)) == comparable(detail, pl.col(b))
