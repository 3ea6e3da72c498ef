"""A question that leans on what was said before, made whole enough to search with."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.leaning import wanted_language
from assistant.names import listed
from assistant.questions import Question, Turn
from assistant.whole import Whole, written_out

EARLIER = 40
"""Exchanges that are looked at, the newest."""
NEAR = 80
"""Characters of an answer within which it says that it tells nothing."""


@dataclass(frozen=True, slots=True)
class Rephrased:
    """`search` is what to search for; `asked` what an answer is to be about, in words that may be shown.

    `language` ("sv", "en" or "no") is set when all that the user asks is to have the answer in it.
    """

    search: str
    asked: str
    language: str = ""


def rephrase(question: Question) -> Rephrased:
    """The question written out from its conversation, by rules alone."""
    before: Whole | None = None
    answer = said = ""
    for asked, answered in exchanged(question.history)[-EARLIER:]:
        made = written_out(asked, before, answer, said)
        # A question that named nothing and got nothing leaves the subject as it was.
        if before is None or made.names or (answered and made.words):
            before, answer = made, answered
        said += f"{answered}\n"
    whole = written_out(question.text, before, answer, said)
    return Rephrased(whole.search, whole.text, wanted_language(question.text) if before else "")


def search_text(question: Question) -> str:
    """What to search for."""
    return rephrase(question).search


def exchanged(history: Sequence[Turn]) -> list[tuple[str, str]]:
    """Each question of the user with the answer it got; the answer is empty where it told nothing."""
    found: list[tuple[str, str]] = []
    for turn in history:
        if turn.role == "user":
            found.append((turn.text, ""))
        elif found and told(turn.text):
            found[-1] = (found[-1][0], turn.text)
    return found


def told(answer: str) -> bool:
    """Whether an answer says more than that nothing was found."""
    start = answer[:NEAR].casefold()
    return bool(start.strip()) and not any(phrase in start for phrase in listed("refusals"))
