"""Which of the old encodings a file is written in: the one in which its words look most like names.

The ASCII of a file says nothing about it, so only the few distinct words with other bytes are read, once in every
encoding that there may be.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from guardiansync.feed.letters import EASTERN, WESTERN, implausibility
from guardiansync.feed.mixed import ASCII, Word, Words, by_letters, find_words, line_numbers
from guardiansync.model.feed import Encoding

_WORDS_READ = 150
_EACH_BYTE = 6
"""So many words are read, so that every byte is in some of them as far as the file has them."""
_ONE_WORD = 15.0
"""How much one word may speak for one encoding and against another: it may be odd for reasons of its own."""
_FAMILIES = 6.0
"""How much the languages of words that are the same in two encodings may speak for one of these."""
_MIXED = 0.02
"""How often a file with letters in UTF-8 that is not UTF-8 all through is a mixture rather than chance."""
_CLOSE = 3.0
_VOICE = 0.7
"""What the word of charset-normalizer counts, and how close a matter must be for it to be asked."""
_MOST_SURE = 0.999
_SHOWN_LINES = 5


@frozen(eq=False)
class _Candidate:
    codec: str
    called: str
    share: float
    families: Mapping[str, float]


_CANDIDATES = (
    _Candidate("cp1252", "Windows-1252", 0.86, WESTERN),
    _Candidate("mac_roman", "Mac Roman", 0.04, WESTERN),
    _Candidate("cp1250", "Windows-1250", 0.06, EASTERN),
    _Candidate("cp850", "DOS code page 850", 0.015, WESTERN),
    _Candidate("cp437", "DOS code page 437", 0.013, WESTERN),
    _Candidate("iso8859-2", "ISO-8859-2", 0.01, EASTERN),
    _Candidate("iso8859-15", "ISO-8859-15", 0.004, WESTERN),
)
"""What files are written in, and how often those of American districts that are not UTF-8 are. Windows-1252 is
ISO-8859-1 with letters where that has controls, which no roster holds."""


@frozen(eq=False)
class Guess:
    """What a file is taken to be written in.

    Attributes:
        codec: The encoding of what is not UTF-8.
        mixed: Whether UTF-8 stands beside it.
        called: What people call it.
        other_called: What people call the runner-up, or "".
        encoding: The same for the reader of the feed.
    """

    codec: str
    mixed: bool
    called: str
    other_called: str
    encoding: Encoding


@frozen(eq=False)
class _Reading:
    """All words in one encoding."""

    candidate: _Candidate
    mixed: bool
    words: tuple[str, ...]
    losses: tuple[float, ...]
    prior: float

    @property
    def usual(self) -> float:
        """How usual it is, mixtures behind all others."""
        return self.candidate.share - self.mixed

    @property
    def name(self) -> str:
        return f"utf-8+{self.candidate.codec}" if self.mixed else self.candidate.codec

    @property
    def called(self) -> str:
        return f"UTF-8 and {self.candidate.called}" if self.mixed else self.candidate.called


def guess(data: bytes, *, marked: bool = False) -> Guess:
    """Guess the encoding of a file that is not UTF-8.

    Args:
        data: The file, in an encoding in which ASCII is ASCII.
        marked: Whether it begins as UTF-8 by a byte order mark, so that it can only be a mixture.
    """
    found = find_words(data)
    words = _telling(found)
    readings = [
        _read(candidate, words, mixed=mixed, share=share)
        for candidate in _CANDIDATES
        for mixed, share in ((False, 1 - _MIXED), (True, _MIXED))
        if (not mixed and not marked) or (mixed and (marked or found.has_utf8))
    ]
    readings = _alike(readings)
    weights = _weights(readings)
    best, other = _order(readings, weights)
    if other is not None and weights[readings.index(best)] - weights[readings.index(other)] < _CLOSE:
        weights = _with_voice(weights, readings, words)
        best, other = _order(readings, weights)
    top = max(weights)
    chances = [math.exp(weight - top) for weight in weights]
    alike = [reading for reading in readings if reading.words == best.words]
    same = sum(chance for chance, reading in zip(chances, readings, strict=True) if reading in alike)
    if len(words) == len(found.words):
        # What gives the same text all through goes by its most usual name.
        best = max(alike, key=lambda reading: reading.usual)
    places = _deciding(words, best, other)
    return Guess(
        codec=best.candidate.codec,
        mixed=best.mixed,
        called=best.candidate.called,
        other_called=other.called if other else "",
        encoding=Encoding(
            best.name,
            confidence=round(min(same / sum(chances), _MOST_SURE), 3),
            runner_up=other.name if other else "",
            why=_why(best, other, len(found.words)),
            lines=tuple(dict.fromkeys(line_numbers(data, places))),
        ),
    )


def _order(readings: Sequence[_Reading], weights: Sequence[float]) -> tuple[_Reading, _Reading | None]:
    """The likeliest reading, and the likeliest with another text."""
    order = sorted(range(len(readings)), key=weights.__getitem__, reverse=True)
    best = readings[order[0]]
    return best, next((readings[at] for at in order if readings[at].words != best.words), None)


def _why(best: _Reading, other: _Reading | None, count: int) -> str:
    words = f"{count:,} word{'' if count == 1 else 's'} beyond ASCII look"
    beside = f" than as {other.called}" if other else ""
    return f"{words}{'s' if count == 1 else ''} more like names as {best.called}{beside}"


def _telling(found: Words) -> list[Word]:
    """The words to be read: those with rare bytes first, so that no byte goes unheard."""
    if len(found.words) <= _WORDS_READ:
        return list(found.words)
    seen: Counter[int] = Counter()
    chosen: list[Word] = []
    rest: list[Word] = []
    for word in found.words:
        beyond = set(word.raw.translate(None, ASCII))
        if len(chosen) < _WORDS_READ and min(seen[octet] for octet in beyond) < _EACH_BYTE:
            chosen.append(word)
            seen.update(beyond)
        else:
            rest.append(word)
    step = max(len(rest) // max(_WORDS_READ - len(chosen), 1), 1)
    return chosen + rest[::step][: _WORDS_READ - len(chosen)]


def _read(candidate: _Candidate, words: Sequence[Word], *, mixed: bool, share: float) -> _Reading:
    texts = tuple(
        by_letters(word.raw, candidate.codec) if mixed else word.raw.decode(candidate.codec, "replace")
        for word in words
    )
    losses = tuple(implausibility(text, candidate.families) for text in texts)
    return _Reading(candidate, mixed, texts, losses, math.log(candidate.share * share))


def _alike(readings: Sequence[_Reading]) -> list[_Reading]:
    """Let the same text speak alike for either encoding, but for a bounded sum.

    That most families are Spanish makes a western encoding likelier; that there are hundreds of them must not drown the
    one Czech name that only Windows-1250 gives.
    """
    least: dict[tuple[int, str], float] = {}
    for reading in readings:
        for key, loss in zip(enumerate(reading.words), reading.losses, strict=True):
            least[key] = min(loss, least.get(key, loss))
    alike = []
    for reading in readings:
        losses = tuple(least[key] for key in enumerate(reading.words))
        foreign = min(sum(reading.losses) - sum(losses), _FAMILIES)
        alike.append(evolve(reading, losses=losses, prior=reading.prior - foreign))
    return alike


def _weights(readings: Sequence[_Reading]) -> list[float]:
    least = [min(losses) for losses in zip(*(reading.losses for reading in readings), strict=True)]
    return [
        reading.prior - sum(min(loss - low, _ONE_WORD) for loss, low in zip(reading.losses, least, strict=True))
        for reading in readings
    ]


def _with_voice(weights: list[float], readings: Sequence[_Reading], words: Sequence[Word]) -> list[float]:
    """Where the matter is close, hear charset-normalizer too, on these words alone."""
    import charset_normalizer  # noqa: PLC0415 - only where it is asked

    heard = charset_normalizer.from_bytes(
        b"\n".join(word.raw for word in words),
        cp_isolation=[candidate.codec for candidate in _CANDIDATES],
        preemptive_behaviour=False,
        enable_fallback=False,
    ).best()
    voice = heard.encoding if heard else ""
    return [
        weight + _VOICE * (reading.candidate.codec.replace("-", "_") == voice and not reading.mixed)
        for weight, reading in zip(weights, readings, strict=True)
    ]


def _deciding(words: Sequence[Word], best: _Reading, other: _Reading | None) -> list[int]:
    """Where the words stand that speak loudest for the best against the runner-up."""
    if other is None:
        return sorted(word.at for word in words)[:_SHOWN_LINES]
    gains = [there - here for here, there in zip(best.losses, other.losses, strict=True)]
    order = sorted(range(len(words)), key=gains.__getitem__, reverse=True)
    return sorted(words[at].at for at in order[:_SHOWN_LINES])
