"""The acceptance questions of the domain report, and whether a reply shows what is expected of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.answers import Answer
from assistant.ask import Assistant
from assistant.questions import Persona, Question, Turn

EXPECTED = Path(__file__).parent / "evals" / "acceptance.yaml"
NUMBERED = re.compile(r"^(\d+)\. \[[^\]]+\] (.+?) → ", re.MULTILINE)
TURN = re.compile(r'\b([abc]) "([^"]+)"')
LAST_OF_SMES, LAST_OF_OFFICERS = 24, 46
ANSWERED = ["answered", "partial"]


@dataclass(frozen=True)
class Case:
    """A conversation: what is put, turn by turn, and what is expected of the replies that are judged.

    `together` is false where the turns are questions of their own.
    """

    number: int
    turns: Mapping[str, str]
    expected: Mapping[str, Mapping[str, Any]]
    together: bool

    @property
    def persona(self) -> Persona | None:
        """Who asks, by the report's own grouping."""
        if self.number <= LAST_OF_SMES:
            return Persona.SME
        return Persona.OFFICER if self.number <= LAST_OF_OFFICERS else None


def read_cases(report: Path) -> Iterator[Case]:
    """The questions of the report's third part with what tests/evals/acceptance.yaml expects."""
    expected = yaml.safe_load(EXPECTED.read_text("utf-8"))
    text = report.read_text("utf-8")
    for number, put in NUMBERED.findall(text[text.index("# PART 3") :]):
        turns = dict(TURN.findall(put))
        together = bool(turns)
        if not turns:
            apart = put.split(" / ") if "a" in expected[int(number)] else [put]
            turns = dict(zip("abc", (part.strip('"') for part in apart), strict=False))
        wanted = expected[int(number)]
        yield Case(int(number), turns, wanted if "a" in wanted or "b" in wanted else {"a": wanted}, together)


def faults(case: Case, assistant: Assistant) -> list[str]:
    """What the assistant's replies lack, turn by turn; empty when all is as expected."""
    found: list[str] = []
    history: tuple[Turn, ...] = ()
    for key, put in case.turns.items():
        answer = assistant.ask(Question(put, history, case.persona))
        found += [f"{key}: {fault}" for fault in _lacking(case.expected.get(key, {}), answer)]
        if case.together:
            history += (Turn("user", put), Turn("assistant", answer.text))
    return found


def shown(answer: Answer) -> str:
    """All that a reader sees of the reply but the quotes of its citations."""
    cells = [cell for row in answer.table.rows for cell in row]
    cards = [part for card in answer.cards for part in (card.name, *card.fields.values())]
    return "\n".join([answer.text, *cells, *cards, *answer.notices])


def _lacking(expected: Mapping[str, Any], answer: Answer) -> Iterator[str]:
    if not expected:
        return
    text = shown(answer)
    folded = text.casefold()
    if answer.status not in expected.get("status", ANSWERED):
        yield f"status {answer.status}"
    for group in expected.get("says", []):
        if not any(str(word).casefold() in folded for word in group):
            yield f"does not say {group[0]}"
    for word in expected.get("never", []):
        if word.casefold() in folded:
            yield f"says {word}"
    for sources in expected.get("cites", []):
        if not any(citation.source.startswith(tuple(sources)) for citation in answer.citations):
            yield f"does not cite {sources[0]}"
    if expected.get("notice") and not answer.notices:
        yield "no notice"
    if expected.get("asks") and not ("?" in answer.text or answer.status == "clarify"):
        yield "asks nothing"
    if (language := expected.get("language", "sv")) not in ("any", answer.language):
        yield f"language {answer.language}, not {language}"
    if len(answer.follow_ups) < expected.get("follow_ups", 0):
        yield f"{len(answer.follow_ups)} suggestions"
    if len(answer.citations) < expected.get("citations", 0):
        yield f"{len(answer.citations)} citations"
    least, most = expected.get("words", (0, 10_000))
    if not least <= len(text.split()) <= most:
        yield f"{len(text.split())} words"
