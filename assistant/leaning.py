"""Whether a question needs the conversation before it to be understood, and in which way."""

import re
from enum import StrEnum
from functools import cache

from assistant.names import TOKEN, Name, listed, names, subject_words, table

MANY = 5
"""Own names and subject words from which on a question says what it is about, in spite of a pronoun."""
ENOUGH = 3
"""Subject words from which on a question without a name says what it is about."""
FEW = 4
"""Words of a question so short that two subject words are not enough."""
COMPOUND = 14
"""Letters of a word so long that it names its subject by itself, as compounds do."""
REST = 6
"""Words that may be left of a question which only exchanges one thing of the one before."""
DEFINITE = re.compile(r"\w{4,}(?:en|et|erna|arna|orna|ene)\W*$")
LINK = r"\b(?:för|om|till|inom|for|about|to|on|til|innen)\s+"
ARTICLE = re.compile(r"\b(?:den|det|de)\s+(?=\w+[ae]\s+\w)", re.IGNORECASE)


class Bearing(StrEnum):
    """How a question stands to the conversation before it."""

    ALONE = "alone"
    LEANS = "leans"
    EXCHANGES = "exchanges"
    REPEATS = "repeats"


def bearing(text: str, said: str) -> Bearing:
    """How a question stands to a conversation in which `said` was answered so far."""
    if _anywhere("switches").search(text):
        return Bearing.ALONE
    if wanted_language(text) or opened(text).casefold().strip("?.! ") in listed("repeats"):
        return Bearing.REPEATS
    if exchange(text):
        return Bearing.EXCHANGES
    return Bearing.LEANS if _leans(text, said) else Bearing.ALONE


def wanted_language(text: str) -> str:
    """The language ("sv", "en" or "no") that the last answer is wanted in, when that is all that is asked."""
    rest = [token.group().casefold() for token in TOKEN.finditer(text)]
    for language, called in table("languages").items():
        left = [word for word in rest if word not in called]
        polite = all(word in listed("polite") or word in ("på", "in", "to", "til") for word in left)
        if len(left) < len(rest) and polite and _into(text, called):
            return str(language)
    return ""


def _into(text: str, called: list[str]) -> bool:
    return bool(re.search(rf"\b(?:på|in|to|till|til) (?:{'|'.join(called)})\b", text, re.IGNORECASE))


def opened(text: str) -> str:
    """The question without "ja, tack, och" and the like before it."""
    return _starting("openers").sub("", _unfilled(text)).strip()


def exchange(text: str) -> str:
    """What a question such as "och Sörmland då?" puts in the place of what was asked about; "" for others."""
    whole = _unfilled(text).rstrip("?.! ")
    rest = _starting("about").sub("", _starting("openers").sub("", whole))
    rest = _ending("trailers").sub("", rest).strip(" ,")
    tokens = [token.group().casefold() for token in TOKEN.finditer(rest)]
    bare = rest == whole and not _only_names(rest)
    if bare or not tokens or len(tokens) > REST:
        return ""
    asks = (
        listed("asking")
        | listed("pronouns")
        | (frozenset() if tokens[0] in listed("cases") else listed("verbs"))
    )
    if any(token in asks for token in tokens):
        return ""
    return rest if names(rest) or tokens[0] in listed("links") or subject_words(rest) else ""


def _only_names(text: str) -> bool:
    own = names(text)
    return bool(own) and not text[: own[0].start] and own[-1].end == len(text)


def picks(text: str) -> bool:
    """Whether the question points at something the last answer named."""
    return bool(_anywhere("among").search(text))


def asks_for_persons(text: str) -> bool:
    """Whether the question is about somebody, one or several."""
    return bool(_anywhere("persons").search(text))


def starts_a_case(text: str) -> bool:
    """Whether the text sets a case: "om vi flyttar till Kil"."""
    return bool(_starting("cases").match(text))


def _leans(text: str, said: str) -> bool:
    own, words = names(text), subject_words(text)
    subjects = [name for name in own if not name.is_place]
    if points(text) or picks(text):
        return len(words) + len(subjects) < MANY
    if _defines(text, subjects, words):
        return False
    if subjects:
        known = all(name.text.casefold() in said.casefold() for name in subjects)
        return (known or opened(text) != _unfilled(text)) and len(words) < ENOUGH
    if opened(text) != _unfilled(text):
        return True
    return not words or not (own or _says_its_subject(text, words))


def _says_its_subject(text: str, words: list[str]) -> bool:
    """Whether a question without a name and without signs of leaning has enough words of its own."""
    if len(words) > (1 if len(TOKEN.findall(text)) > FEW else FEW // 2):
        return True
    complement = any(re.search(rf"{LINK}(?:\w+\s+)?{re.escape(word)}", text, re.IGNORECASE) for word in words)
    return (
        complement or any(len(word) >= COMPOUND for word in words) or bool(_anywhere("exists").search(text))
    )


def _defines(text: str, subjects: list[Name], words: list[str]) -> bool:
    """Whether the text asks what something is that it names itself: not "vad är bakgrunden?"."""
    if not _starting("defines").match(opened(text)):
        return False
    if not subjects and len(words) == 1 and DEFINITE.search(text):
        return False
    return bool(subjects or words) or not subject_words(text, common=True)


def points(text: str) -> bool:
    """Whether a pronoun of the text stands for something outside it."""
    told = ARTICLE.sub(" ", _anywhere("empty").sub(lambda match: " " * len(match.group()), text))
    own = names(text)
    return any(_is_bare(match, own, False) for match in _anywhere("pronouns").finditer(told)) or any(
        _is_bare(match, own, True) for match in _anywhere("where").finditer(told)
    )


def _is_bare(match: re.Match[str], own: list[Name], places_too: bool) -> bool:
    return not any(name.end <= match.start() for name in own if places_too or not name.is_place)


def _unfilled(text: str) -> str:
    pattern = _starting("fillers")
    while (shorter := pattern.sub("", text.strip())) != text:
        text = shorter
    return text


@cache
def _anywhere(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_either(key)})(?!\w)", re.IGNORECASE)


@cache
def _starting(key: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*(?:{_either(key)})(?!\w)[\s,.!:–-]*", re.IGNORECASE)


@cache
def _ending(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?:[\s,]+(?:{_either(key)}))+$", re.IGNORECASE)


def _either(key: str) -> str:
    """The listed words and phrases, longest first, for a pattern."""
    return "|".join(re.escape(word) for word in sorted(listed(key), key=lambda word: (-len(word), word)))
