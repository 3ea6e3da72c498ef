"""The steps of a checklist, each with the sentence of a source that supports it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from assistant.citations import Quote
from assistant.drafts import Line
from assistant.fit.profile import Profile
from assistant.fit.signs import alternatives
from assistant.scoring import Scored, SentenceScorer
from assistant.support import evidence, support
from vectorstore.entities import Kind
from vectorstore.passages import Document, Status
from vectorstore.queries import Query
from vectorstore.store import Store

WIDE = 20
COUNTRY = "Sverige"
"""The region of what holds for the whole country."""
PAST = frozenset({Status.ENDED, Status.HISTORICAL})
LEAST = 0.02
"""Support that a step's sentence needs beside its words; steps are searched for one by one."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step; `line` is None where no source supports it, `is_limit` where one narrows what is offered."""

    key: str
    line: Line | None
    is_limit: bool = False


@dataclass(frozen=True, slots=True)
class Steps:
    """Finds the steps of the lists in checklists.yaml."""

    store: Store
    scorer: SentenceScorer

    def of(self, kind: str, profile: Profile, language: str) -> list[Step]:
        """The steps in their order; no sentence supports two."""
        made: list[Step] = []
        taken: set[str] = set()
        for key, listed in lists()[kind]["steps"].items():
            best = self._best(listed, profile, language, taken)
            if best is None:
                made.append(Step(key, None))
                continue
            taken.add(best.sentence.text)
            line = Line(best.sentence.text, (Quote(best.hit, best.sentence.start, best.sentence.end),))
            made.append(Step(key, line, _limits(listed, best.sentence.text)))
        return made

    def _best(
        self, listed: Mapping[str, str], profile: Profile, language: str, taken: set[str]
    ) -> Scored | None:
        """The sentence that supports the step best, from the asker's part of the country."""
        place = profile.place.name if profile.place else ""
        return self._found(f"{listed['query']} {place}".strip(), listed, profile, language, taken) or (
            self._found(listed["query"], listed, profile, language, taken) if place else None
        )

    def _found(
        self, search: str, listed: Mapping[str, str], profile: Profile, language: str, taken: set[str]
    ) -> Scored | None:
        hits = self.store.retriever.retrieve(Query(search, WIDE))
        scored = self.scorer.score(listed["query"], [hit for hit in hits if _is_here(hit.document, profile)])
        fitting = [
            one for one in scored if one.sentence.text not in taken and self._fits(listed, one.sentence.text)
        ]
        fitting.sort(key=lambda one: one.hit.document.metadata.status in PAST)
        if profile.place is None:
            fitting = self._for_all(fitting)
        limiting = [one for one in fitting if _limits(listed, one.sentence.text)]
        chosen = (limiting or fitting)[:1]
        return chosen[0] if chosen and support(evidence(chosen, language)) >= LEAST else None

    def _for_all(self, fitting: Sequence[Scored]) -> list[Scored]:
        """Those that hold whatever county the asker is in; what a county's document says comes after them."""
        unplaced = [one for one in fitting if not self._is_placed(one.sentence.text)]
        return sorted(unplaced, key=lambda one: _is_of_one_county(one.hit.document))

    def _is_placed(self, text: str) -> bool:
        """Whether a sentence speaks of a county, a municipality, or the body of one."""
        names = self.store.names()
        bodies = {name.entity.name for name in names.find(text) if name.entity.kind is Kind.ORGANISATION}
        placed = [one for part in (text, *bodies) for one in names.places(part)]
        return any(one.entity.kind in (Kind.REGION, Kind.MUNICIPALITY) for one in placed)

    def _fits(self, listed: Mapping[str, str], text: str) -> bool:
        """Whether a sentence stands by itself and has what the step is about."""
        if not text[0].isupper() or text.endswith("?") or pattern(_table()["leaning"]).search(text):
            return False
        if pattern(_table()["problems"]).search(text):
            return False
        named = self.store.names().find(text) if "naming" in listed else []
        if "naming" in listed and not any(one.entity.kind is Kind(listed["naming"]) for one in named):
            return False
        return all(pattern(part).search(text) for part in listed["must"].split(";"))


@cache
def lists() -> dict[str, Any]:
    """The lists of checklists.yaml."""
    found: dict[str, Any] = _table()["lists"]
    return found


@cache
def _table() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(
        files("assistant.fit").joinpath("checklists.yaml").read_text("utf-8")
    )
    return read


@cache
def pattern(listed: str) -> re.Pattern[str]:
    """An entry of checklists.yaml as a pattern for whole words."""
    return re.compile(rf"(?<!\w)(?:{alternatives(listed)})(?!\w)", re.IGNORECASE)


def _limits(listed: Mapping[str, str], text: str) -> bool:
    return "limit" in listed and bool(pattern(listed["limit"]).search(text))


def _is_of_one_county(document: Document) -> bool:
    regions = document.metadata.regions
    return len(regions) == 1 and regions != (COUNTRY,)


def _is_here(document: Document, profile: Profile) -> bool:
    """Whether the source is on the asker's county, or on no other in particular."""
    regions = document.metadata.regions
    return profile.place is None or not regions or COUNTRY in regions or profile.place.region in regions
