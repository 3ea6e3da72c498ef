"""Composes checklists: own short steps, each with the sentence of a source that supports it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.drafts import Asked, Block, Draft, Line, own
from assistant.fit.profile import read_profile
from assistant.fit.steps import Step, Steps, lists, pattern
from assistant.scoring import SentenceScorer
from prompts import fill, phrases
from vectorstore.queries import Hit
from vectorstore.store import Store

MOST_WORDS = 140
"""Words that quotes may take, so that the whole stays within two hundred."""
FEWEST = 2
OUTLINED = "application"
CLAUSES = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Checklist:
    """The way to export, and the way to an application."""

    store: Store
    scorer: SentenceScorer

    def compose(self, asked: Asked, hits: Sequence[Hit]) -> Draft | None:
        """See Composer; None for other questions, and where too few steps have a source."""
        kind = wanted_list(asked.question.text)
        if kind is None:
            return None
        profile = read_profile(asked.question, self.store.names())
        steps = Steps(self.store, self.scorer).of(kind, profile, asked.language)
        if sum(step.line is not None for step in steps) < FEWEST:
            return None
        return _draft(kind, steps, asked)


def wanted_list(text: str) -> str | None:
    """The list that the question asks for: a key of `lists`."""
    for kind, listed in lists().items():
        if pattern(listed["asks"]).search(text) and not pattern(listed["not"]).search(text):
            return kind
    return None


def _draft(kind: str, steps: Sequence[Step], asked: Asked) -> Draft:
    texts = phrases("checklists", asked.language)
    lead, first = _lead(kind, steps, asked, texts)
    shown = _short_enough([step for step in steps if step.line and step is not first], lead)
    titled = enumerate(shown, start=1)
    blocks = tuple(
        Block((step.line,), f"{number}. {texts[f'{kind}_{step.key}']}")
        for number, step in titled
        if step.line
    )
    closing = [texts["application_outline"]] if kind == OUTLINED else []
    if unsupported := [texts[f"{kind}_{step.key}"] for step in steps if step.line is None]:
        closing.append(fill(texts["missing"], steps="; ".join(unsupported)))
    return Draft(
        lead=tuple(lead), blocks=blocks, closing=tuple(own(one) for one in [*closing, texts["check"]])
    )


def _short_enough(steps: Sequence[Step], lead: Sequence[Line]) -> list[Step]:
    """The first steps that are short enough together, at least FEWEST."""
    kept: list[Step] = []
    words = sum(len(line.text.split()) for line in lead)
    for step in steps:
        words += len(step.line.text.split()) if step.line else 0
        if words <= MOST_WORDS or len(kept) < FEWEST:
            kept.append(step)
    return kept


def _lead(
    kind: str, steps: Sequence[Step], asked: Asked, texts: Mapping[str, str]
) -> tuple[list[Line], Step | None]:
    """The direct answer where a source limits what is offered, with that step; else how the list is meant."""
    listed, asking = lists()[kind], CLAUSES.split(asked.question.text.strip())[-1]
    limit = next((step for step in steps if step.is_limit and step.line), None)
    if limit is None or limit.line is None or not pattern(listed["yes_no"]).search(asking):
        return [own(texts[f"{kind}_intro"])], None
    about = limit.line.quotes[0].hit.document.metadata
    year = about.dated[:4]
    answer = fill(texts[f"{kind}_no"], source=f"{about.title}, {year}" if year else about.title)
    itself = [own(texts[f"{kind}_self"])] if pattern(listed["addressed"]).search(asking) else []
    return [*itself, own(answer), limit.line], limit
