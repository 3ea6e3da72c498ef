"""Which language a question is asked in, and so which language the answer speaks."""

from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

CODES = {Language.SWEDISH: "sv", Language.ENGLISH: "en", Language.BOKMAL: "no", Language.NYNORSK: "no"}
DEFAULT = "sv"
SURE = 0.6
"""Confidence below which a question counts as Swedish: most are, and names alone tell nothing."""
BEYOND_DOUBT = 0.9
# Words that only one of the two neighbours spells so, for questions too short for statistics.
ONLY_SWEDISH = frozenset(
    "och är vad vilka vilken vilket vem hur när varför att inte jag från också något någon på".split()
)
ONLY_NORWEGIAN = frozenset(
    "og hva hvilke hvilken hvilket hvem hvor hvordan når hvorfor jeg ikke fra noe noen mye mange gjør søke "
    "bedrift bedriften bedriftene".split()
)

ONLY_ENGLISH = frozenset(
    "what which who whom how when where why the is are was does do can could we you of".split()
)


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*CODES).with_low_accuracy_mode().build()


def question_language(text: str) -> str:
    """ "sv", "en" or "no"; Swedish when the words do not tell.

    Small words decide where they can: they are few, and statistics on a short question go by its
    names. Norwegian without any of its own words must be beyond doubt, being so like Swedish.
    """
    # Names keep their own letters in every language, so only words in lower case tell.
    words = [word.strip(".,?!") for word in (text[:1].lower() + text[1:]).split()]
    lower = [word for word in words if word.islower()]
    opens_with_er = lower[:1] == ["er"]
    # A word of the language's own tells more than a letter, which a place name may have lent.
    counts = {
        "sv": sum(2 * (word in ONLY_SWEDISH) + ("ä" in word or "ö" in word) for word in lower),
        "no": 2 * opens_with_er
        + sum(2 * (word in ONLY_NORWEGIAN) + ("æ" in word or "ø" in word) for word in lower),
        "en": sum(2 * (word in ONLY_ENGLISH) for word in lower),
    }
    most = max(counts.values())
    leading = [language for language, count in counts.items() if count == most]
    if most and len(leading) == 1:
        return leading[0]
    if any(sign in word for word in lower for sign in "åäöæø"):
        return DEFAULT
    values = _detector().compute_language_confidence_values(text)
    language = CODES[values[0].language] if values and values[0].value >= SURE else DEFAULT
    return DEFAULT if language == "no" and values[0].value < BEYOND_DOUBT else language
