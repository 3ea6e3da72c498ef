"""What kind of answer a question word asks for, and whether a sentence has it."""

import re

# A capital that opens the sentence makes a name only together with the next word's.
NAME = re.compile(
    r"^[A-ZÅÄÖÆØ][\w-]+(?:\s+[A-ZÅÄÖÆØ][\w-]*)+|(?<!^)\b[A-ZÅÄÖÆØ][\w-]+(?:\s+[A-ZÅÄÖÆØ][\w-]*)*"
)
NUMBER = re.compile(
    r"\d|\b(två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|femton|hälften|two|three|four|five|ten)\b", re.I
)
DATE = re.compile(
    r"\b(19|20)\d\d\b|\b(januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)\b",
    re.I,
)
# Question words in Swedish, English and Norwegian, with what an answer to them holds.
CUES = (
    (re.compile(r"\b(vem|vems|who|whom|whose|hvem)\b", re.I), "name", NAME),
    (
        re.compile(
            r"\b(hur (mycket|mkt|många|stor|stora|stort|länge|ofta)|how (much|many|long|often|large|big)|"
            r"hvor (mye|mange|stor|stort|lenge)|budget\w*|andel|procent|belopp|antal|kostar|tak|"
            r"ceiling|share|cost\w*)\b",
            re.I,
        ),
        "number",
        NUMBER,
    ),
    (
        re.compile(
            r"\b(när|vilket år|vilken dag|datum|when|what year|which year|date|deadline|når|hvilket år)\b",
            re.I,
        ),
        "date",
        DATE,
    ),
)
CONTACT = re.compile(r"[\w.]+@[\w.]+|\b(tfn|tel|fax|telefon)\b\W*\d|\bwww\.", re.I)
ASKS_CONTACT = re.compile(
    r"\b(kontakt\w*|telefon\w*|nummer|numret|mejl\w*|e-?post\w*|mail\w*|adress\w*|ring\w*|nå|"
    r"contact\w*|phone|call|e-?mail|address\w*|reach|kontakte|ringe)\b",
    re.I,
)
ON_AGE = re.compile(
    r"^(kontrollera|kontroller|check|sjekk)\b|^uppgift(en|erna)\b.*\b(från|bygger|saknar|gäller)\b|"
    r"\bsaknar datum\b",
    re.I,
)
ASKS_AGE = re.compile(
    r"\b(gäll\w*|fortfarande|aktuell\w*|kontroller\w*|still|valid|current\w*|fortsatt)\b", re.I
)
KINDS = ("name", "number", "date")


def cues(question: str) -> dict[str, re.Pattern[str]]:
    """The kinds of answer the question's words ask for, each with what to look for."""
    return {kind: sign for asks, kind, sign in CUES if asks.search(question)}


def tells(sign: re.Pattern[str], sentence: str, question: str) -> bool:
    """Whether the sentence has something of the kind that the question did not bring itself."""
    asked = question.casefold()
    return any(match.group().casefold() not in asked for match in sign.finditer(sentence))


def is_wanted(sentence: str, question: str) -> bool:
    """Whether the sentence may answer at all.

    Addresses and telephone numbers answer only who asks for them, and a word on how old the source
    is only who asks whether it holds: every answer tells that by itself.
    """
    if CONTACT.search(sentence) and not ASKS_CONTACT.search(question):
        return False
    return not ON_AGE.search(sentence) or bool(ASKS_AGE.search(question))
