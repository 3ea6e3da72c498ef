"""Which language a document is written in."""

from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

CODES = {
    Language.SWEDISH: "sv",
    Language.ENGLISH: "en",
    Language.BOKMAL: "no",
    Language.NYNORSK: "no",
    Language.DANISH: "da",
}
SAMPLE = 4000
"""Characters read; more do not change the verdict."""


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*CODES).with_low_accuracy_mode().build()


def text_language(text: str) -> str:
    """ "sv", "en", "no" or "da"; empty for a text without words."""
    language = _detector().detect_language_of(text[:SAMPLE])
    return CODES[language] if language else ""
