"""What kind of answer a question word asks for, and whether a sentence has it."""

import re

from assistant.steering import is_instruction

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
            # "Når" asks in Norwegian where it opens; within a Swedish question it is "reaches".
            r"\b(när|vilket år|vilken dag|datum|when|what year|which year|date|deadline|hvilket år)\b|"
            r"(?:^|(?<=[,.;:?!] )|(?<=\bog ))når\b",
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
# A line of a table of contents, with its dots, and the word of who took a picture.
FURNITURE = re.compile(
    r"(?:\.\s?){4,}\s*\d*\s*$|^(?:foto|fotograf|photo|photographer|bild|illustration)\s*[:/]", re.I
)
ASKS_FURNITURE = re.compile(
    r"\b(foto\w*|bild\w*|photo\w*|picture\w*|illustr\w*|innehåll\w*|contents|kapitel|chapter)\b", re.I
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

    What gives orders to whoever reads it never does. Addresses and telephone numbers answer only who asks
    for them, and a word on how old the source is only who asks whether it holds: every answer tells that by
    itself. A table of contents and the credit under a picture answer hardly anybody.
    """
    if FURNITURE.search(sentence) and not ASKS_FURNITURE.search(question):
        return False
    if is_instruction(sentence):
        return False
    if CONTACT.search(sentence) and not ASKS_CONTACT.search(question):
        return False
    return not ON_AGE.search(sentence) or bool(ASKS_AGE.search(question))
