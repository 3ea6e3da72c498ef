"""The one fact to ask for next, where it decides the answer."""

from collections.abc import Sequence

from assistant.answers import AnswerStatus
from assistant.drafts import Draft, own
from assistant.fit.criteria import About
from assistant.fit.instruments import Instrument
from assistant.fit.profile import Asker, Profile
from assistant.questions import Turn
from prompts import LANGUAGES, phrases

MOST = 3
"""Questions that one conversation may put before it answers with what it knows."""
ASKABLE = ("county", "kind", "size", "purpose")


def missing_fact(profile: Profile, candidates: Sequence[Instrument]) -> str:
    """The first of ASKABLE that is unknown and that conditions of the candidates turn on; empty if none."""
    conditions = [one for candidate in candidates for one in candidate.criteria]
    sized = any(one.about is About.SIZE for one in conditions)
    placed = any(one.about is About.PLACE or one.counties for one in conditions)
    kinds = {kind for one in conditions if one.about is About.APPLICANT for kind in one.kinds}
    unknown = {
        "county": profile.place is None and placed,
        "kind": profile.kind is Asker.UNKNOWN and bool(kinds),
        "size": profile.is_business and profile.employees is None and sized,
        "purpose": not (profile.purposes or profile.themes) and len(candidates) > 1,
    }
    return next((fact for fact in ASKABLE if unknown[fact]), "")


def clarify(fact: str, language: str) -> Draft:
    """The question for the fact, with its choices."""
    texts = phrases("fit", language)
    choices = tuple(choice.strip() for choice in texts[f"choices_{fact}"].split("|"))
    return Draft(AnswerStatus.CLARIFY, lead=(own(texts[f"ask_{fact}"]),), follow_ups=choices)


def may_ask(history: Sequence[Turn]) -> bool:
    """Whether fewer than MOST questions of ours stand in the conversation."""
    return sum(turn.role == "assistant" and is_clarification(turn.text) for turn in history) < MOST


def is_fitted(text: str) -> bool:
    """Whether an earlier message of the assistant is one of our answers: it closes as they do."""
    return any(phrases("fit", language)["closing_undated"] in text for language in LANGUAGES)


def is_clarification(text: str) -> bool:
    """Whether an earlier message of the assistant is one of our questions, in any language."""
    said = " ".join(text.split())
    asked = (phrases("fit", language)[f"ask_{fact}"] for language in LANGUAGES for fact in ASKABLE)
    return any(" ".join(one.split()) in said for one in asked)
