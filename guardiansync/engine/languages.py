"""Preferred languages: ISO 639-1 codes from codes or English names."""

import polars as pl

from guardiansync.engine.text import tidy

_CODES = {
    "albanian": "sq", "amharic": "am", "arabic": "ar", "armenian": "hy", "bengali": "bn", "bosnian": "bs",
    "bulgarian": "bg", "burmese": "my", "cantonese": "zh", "catalan": "ca", "chinese": "zh", "croatian": "hr",
    "czech": "cs", "danish": "da", "dari": "fa", "dutch": "nl", "english": "en", "estonian": "et", "farsi": "fa",
    "filipino": "tl", "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "gujarati": "gu",
    "haitian creole": "ht", "haitian": "ht", "hausa": "ha", "hebrew": "he", "hindi": "hi", "hungarian": "hu",
    "icelandic": "is", "igbo": "ig", "indonesian": "id", "irish": "ga", "italian": "it", "japanese": "ja", "khmer": "km",
    "korean": "ko", "kurdish": "ku", "lao": "lo", "latvian": "lv", "lithuanian": "lt", "macedonian": "mk",
    "malay": "ms", "mandarin": "zh", "marathi": "mr", "mongolian": "mn", "nepali": "ne", "norwegian": "no",
    "panjabi": "pa", "pashto": "ps", "persian": "fa", "polish": "pl", "portuguese": "pt", "punjabi": "pa",
    "romanian": "ro", "russian": "ru", "samoan": "sm", "serbian": "sr", "slovak": "sk", "slovenian": "sl",
    "somali": "so", "spanish": "es", "swahili": "sw", "swedish": "sv", "tagalog": "tl", "tamil": "ta", "telugu": "te",
    "thai": "th", "tigrinya": "ti", "tongan": "to", "turkish": "tr", "ukrainian": "uk", "urdu": "ur",
    "vietnamese": "vi", "welsh": "cy", "yiddish": "yi", "yoruba": "yo", "zulu": "zu",
}  # fmt: skip


def to_language_code(column: pl.Series) -> pl.Series:
    """Two-letter codes; blank where the text is neither a code nor a language's English name."""
    said = column.unique()
    tidied = tidy(said).str.to_lowercase()
    is_code = tidied.str.contains(r"^[a-z]{2}(?:[-_][a-z0-9]+)*$")
    named = tidied.replace_strict(_CODES, default="")
    codes = pl.select(pl.when(is_code).then(tidied.str.head(2)).otherwise(named)).to_series()
    return column.replace_strict(said, codes, return_dtype=pl.String)
