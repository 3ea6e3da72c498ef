"""What the asker has told of an idea."""

import re
from dataclasses import dataclass

from assistant.comparison.themes import Theme, asked_themes
from assistant.drafts import Asked
from assistant.projects.signs import found, has, parts, sentences
from prompts import LANGUAGES, phrases

STANDS_OUT = frozenset({"target", "partners"})
"""Parts that a sentence on something else often tells on its way."""
LONGEST = 160
"""Characters of the asker's own words that are said back."""


@dataclass(frozen=True, slots=True)
class Idea:
    """An idea as told: `text` says what it is about, `parts` holds the asker's words for each part told."""

    text: str
    parts: dict[str, str]

    @property
    def topics(self) -> list[Theme]:
        """What it is about, in the order of its words."""
        return [one for one in asked_themes(" ".join([self.text, *self.parts.values()])) if one.topic]


def idea_of(asked: Asked) -> Idea:
    """The idea from the question and what the asker said before it."""
    turns = [*asked.question.history]
    told: dict[str, str] = {}
    text = ""
    answer = ""
    for turn in turns:
        if turn.role == "user":
            text = text or about(turn.text)
            told |= _told(turn.text, answer)
        else:
            answer = turn.text
    told |= _told(asked.question.text, answer)
    return Idea(text or about(asked.question.text) or about(asked.text), told)


def about(text: str) -> str:
    """What the idea is about in the asker's words; empty where that is not told."""
    if match := found("idea", text):
        return SECOND.split(match["idea"])[0].strip(" .,:;–-")
    return ""


def _told(text: str, answer: str) -> dict[str, str]:
    """Each part of a project that `text` tells; all of it answers the part that `answer` asked for."""
    told: dict[str, str] = {}
    for sentence in sentences(text):
        if sentence.endswith("?") or has("shaping", sentence):
            continue
        for part in parts():
            if part.told.search(sentence):
                told.setdefault(part.id, _short(_words(part.id, sentence)))
    wanted = _asked_for(answer)
    if wanted and not text.strip().endswith("?"):
        told[wanted] = _short(text.strip())
    return told


def _asked_for(answer: str) -> str:
    """The part that the last answer asked for; empty for none."""
    for language in LANGUAGES:
        texts = phrases("projects", language)
        for part in parts():
            if texts[f"ask_{part.id}"] in answer:
                return part.id
    return ""


def _words(part: str, sentence: str) -> str:
    """The words that tell the part; the whole sentence where these do not stand out."""
    match = found(f"told_{part}", sentence) if part in STANDS_OUT else None
    return match["words"].strip() if match else sentence


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"


SECOND = re.compile(
    r"(?<=[.!])\s+|\n|\s*[,;:–-]?\s+(?:och )?(?:hur|vad|kan (?:du|ni)|how|what|can you|hvordan|hva)\b",
    re.IGNORECASE,
)
