"""Reading a question: its language and its parts."""

import pytest

from assistant.language import question_language
from assistant.parts import parts


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Vilka stöd finns för export?", "sv"),
        ("stöd export", "sv"),
        ("Interreg Aurora?", "sv"),
        ("Which counties take part?", "en"),
        ("what is ERUF", "en"),
        ("Hva gjør Värmland for bedriftene?", "no"),
        ("Hvem kan søke?", "no"),
        ("Er programmet avsluttet?", "no"),
        ("Vad säger Örebro om Norge?", "sv"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert question_language(text) == language


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "Vem leder projektet, och vilken budget har det?",
            ["Vem leder projektet", "vilken budget har det?"],
        ),
        ("Who leads it and when does it end?", ["Who leads it", "when does it end?"]),
        ("Hvem leder det, og hva koster det?", ["Hvem leder det", "hva koster det?"]),
        (
            "Vad säger Dalarna om partner och finansiering?",
            ["Vad säger Dalarna om partner och finansiering?"],
        ),
        ("Vi är ett bolag i Kil. Vad kan vi söka?", ["Vi är ett bolag i Kil. Vad kan vi söka?"]),
        ("export", ["export"]),
    ],
)
def test_parts(question: str, expected: list[str]) -> None:
    assert parts(question) == expected
