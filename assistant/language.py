"""Which language a question is asked in, and so which language the answer speaks."""

from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

CODES = {Language.SWEDISH: "sv", Language.ENGLISH: "en", Language.BOKMAL: "no", Language.NYNORSK: "no"}
DEFAULT = "sv"
SURE = 0.6
"""Confidence below which a question counts as Swedish: most are, and names alone tell nothing."""
# Words that only one of the two neighbours spells so, for questions too short for statistics.
ONLY_SWEDISH = frozenset(
    "och är vad vilka vilken vilket vem hur när varför att inte jag från också något någon på".split()
)
ONLY_NORWEGIAN = frozenset(
    "og hva hvilke hvilken hvilket hvem hvordan når hvorfor jeg ikke fra noe noen gjør søke".split()
)

ONLY_ENGLISH = frozenset(
    "what which who whom how when where why the is are was does do can could we you of".split()
)


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*CODES).build()


def question_language(text: str) -> str:
    """ "sv", "en" or "no"; Swedish when the words do not tell."""
    # Names keep their own letters in every language, so only words in lower case tell.
    words = [word.strip(".,?!") for word in (text[:1].lower() + text[1:]).split()]
    lower = [word for word in words if word.islower()]
    swedish = sum(word in ONLY_SWEDISH or "ä" in word or "ö" in word for word in lower)
    opens_with_er = lower[:1] == ["er"]
    norwegian = opens_with_er + sum(word in ONLY_NORWEGIAN or "æ" in word or "ø" in word for word in lower)
    values = _detector().compute_language_confidence_values(text)
    if not values or values[0].value < SURE:
        english = sum(word in ONLY_ENGLISH for word in lower)
        if english > max(swedish, norwegian):
            return "en"
        return "no" if norwegian > swedish else DEFAULT
    language = CODES[values[0].language]
    if language == "sv" and norwegian > swedish:
        return "no"
    return "sv" if language == "no" and norwegian < swedish else language
