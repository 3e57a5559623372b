"""Preferred languages: ISO 639-1 codes from codes, English names, and what speakers call their language."""

import polars as pl

from guardiansync.engine.text import tidy

_NAMES = {
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


_OWN_NAMES = {
    "español": "es", "espanol": "es", "castellano": "es", "castilian": "es", "français": "fr", "francais": "fr",
    "deutsch": "de", "italiano": "it", "português": "pt", "portugues": "pt", "kreyòl": "ht", "kreyòl ayisyen": "ht",
    "haitian-creole": "ht", "tiếng việt": "vi", "tieng viet": "vi", "中文": "zh", "普通话": "zh", "廣東話": "zh", "汉语": "zh",
    "漢語": "zh", "日本語": "ja", "한국어": "ko", "русский": "ru", "українська": "uk", "العربية": "ar", "عربي": "ar", "فارسی": "fa",
    "اردو": "ur", "پښتو": "ps", "हिन्दी": "hi", "ਪੰਜਾਬੀ": "pa", "বাংলা": "bn", "አማርኛ": "am", "ትግርኛ": "ti", "soomaali": "so",
    "af-soomaali": "so", "kiswahili": "sw", "polski": "pl", "română": "ro", "shqip": "sq", "türkçe": "tr", "հայերեն": "hy",
    "simplified chinese": "zh", "traditional chinese": "zh", "mandarin chinese": "zh", "brazilian portuguese": "pt",
    "mexican spanish": "es", "dari persian": "fa", "american english": "en",
}  # fmt: skip

_TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg "
    "ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my nb nd ne ng nl nn "
    "no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw "
    "ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
"""ISO 639-1, but for na: it stands for "not available" far more often than for Nauruan."""

_THREE_LETTERS = {
    "alb": "sq", "sqi": "sq", "amh": "am", "ara": "ar", "arm": "hy", "hye": "hy", "ben": "bn", "bos": "bs", "bul": "bg",
    "bur": "my", "mya": "my", "chi": "zh", "zho": "zh", "cmn": "zh", "yue": "zh", "hrv": "hr", "cze": "cs", "ces": "cs",
    "dan": "da", "dut": "nl", "nld": "nl", "eng": "en", "est": "et", "fas": "fa", "per": "fa", "prs": "fa", "fil": "tl",
    "tgl": "tl", "fin": "fi", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "gre": "el", "ell": "el", "guj": "gu",
    "hat": "ht", "hau": "ha", "heb": "he", "hin": "hi", "hun": "hu", "ibo": "ig", "ind": "id", "ita": "it", "jpn": "ja",
    "khm": "km", "kor": "ko", "kur": "ku", "lao": "lo", "lav": "lv", "lit": "lt", "mac": "mk", "mkd": "mk", "mar": "mr",
    "mon": "mn", "nep": "ne", "nor": "no", "orm": "om", "pan": "pa", "pus": "ps", "pol": "pl", "por": "pt", "rum": "ro",
    "ron": "ro", "rus": "ru", "smo": "sm", "srp": "sr", "slo": "sk", "slk": "sk", "slv": "sl", "som": "so", "spa": "es",
    "swa": "sw", "swe": "sv", "tam": "ta", "tel": "te", "tha": "th", "tir": "ti", "ton": "to", "tur": "tr", "ukr": "uk",
    "urd": "ur", "uzb": "uz", "vie": "vi", "yid": "yi", "yor": "yo",
}  # fmt: skip
"""ISO 639-2 and -3, where there is a code of two letters too."""

_KNOWN = {**{code: code for code in _TWO_LETTERS.split()}, **_THREE_LETTERS, **_NAMES, **_OWN_NAMES}


def language_codes(said: pl.Series) -> pl.Series:
    """Two-letter codes; blank where the text is neither a code nor the name of a language that has one.

    Args:
        said: Distinct text.
    """
    tidied = tidy(said).str.to_lowercase()
    # "Spanish; Castilian", "Chinese (Mandarin)", "pt-BR": what comes first counts.
    first = tidied.str.extract(r"^([^;,/()]*)").str.strip_chars()
    code = first.str.extract(r"^([a-z]{2,3})(?:[-_][a-z0-9]+)+$")
    return pl.select(
        pl.coalesce(
            one.replace_strict(_KNOWN, default=None, return_dtype=pl.String) for one in (tidied, first, code)
        ).fill_null("")
    ).to_series()
