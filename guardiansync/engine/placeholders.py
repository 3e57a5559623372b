"""What people and programs write where there is nothing to write: patterns that Polars and Python read alike."""

_NOTHING = (
    r"[\W_]+|#?n[./]?a\.?|#(?:ref|value|name|null|num|div/0)[!?]?|[(\[<]?(?:none|null|nil|nan|blank|empty)[)\]>]?"
)
_UNSAID = (
    r"unknown|unk|undefined|missing|tbd|(?:not?|none)[ _-]?(?:provided|available|applicable|given|on file|known|data)"
    r"|refused|declined|x{3,}"
)

NO_ID = rf"^(?i:{_NOTHING}|{_UNSAID})$"
"""Ids that are none."""

NO_NAME = r"^(?i:[\W_0]+|#?n/a|#(?:ref|value|name|null|num)[!?]?|[(\[<](?:none|null|blank|empty)[)\]>]|none)$"
"""Names that are none. Null, Na and Nan are names that people have."""

NO_CONTACT = (
    rf"^(?i:{_NOTHING}|{_UNSAID}|(?:no|none|does ?n['o]?t have|without)(?:[ _-]?(?:an?[ _-])?"
    r"(?:e-?mail|mail|phone|cell|mobile|number|sms|text|contact))(?:[ _-]?(?:address|number|phone))?|no|same|[0 ()+.\-]+)$"
)
"""Words in place of an email or a telephone number."""

_NOBODY = (
    r"no[._-]?e?[._-]?mail(?:[._-]?(?:address|provided|given|available))?|(?:do|does)[._-]?not[._-]?(?:have|email)"
    r"|not?[._-]?(?:provided|available|applicable|given|known)|none|null|noaddress|donthave"
)
_TRIED = "test|testing|tester|none|na|n/a|no|email|mail|name|abc|asdf|qwerty|xyz|user|parent|guardian|unknown|fake|a|x|xx|xxx|123"
_TOPS = r"(?:[a-z]{2,4}|test|invalid)"

NO_EMAIL = (
    rf"^(?i:(?:{_NOBODY})@.*|.*@(?:no-?e?-?mail|none|nomail|fake|noaddress|notprovided)\.{_TOPS}"
    rf"|(?:{'|'.join(rf'{word}@{word}' for word in _TRIED.split('|'))})\.{_TOPS})$"
)
"""Addresses that somebody typed to get past a required field."""

_SAME_DIGITS = "|".join(rf"(?:{digit}\D*)+" for digit in "0123456789")

NO_NUMBER = (
    rf"^\D*(?:{_SAME_DIGITS}|(?:1\D*)?(?:0\D*){{10}}|(?:0\D*)?1\D*2\D*3\D*4\D*5\D*6\D*7\D*(?:8\D*(?:9\D*(?:0\D*)?)?)?)$"
)
"""Numbers that somebody typed to get past a required field."""

NOBODYS_NUMBERS = (*(f"+1{digit * 10}" for digit in "23456789"), "+11234567890")
"""Those among them that would pass for numbers."""
