"""Replies made of texts from prompts/, with questions to go on with."""

from assistant.answers import AnswerStatus
from assistant.drafts import Draft, own
from prompts import phrases


def reply(status: AnswerStatus, language: str, *keys: str, choices: str = "choices") -> Draft:
    """The texts under `keys` of prompts/<language>/routing.md, one after the other, as a whole answer.

    `choices` names the text whose lines are offered as questions to ask next.
    """
    texts = phrases("routing", language)
    lead = tuple(own(texts[key]) for key in keys)
    return Draft(status, lead=lead, follow_ups=tuple(texts[choices].splitlines()))
