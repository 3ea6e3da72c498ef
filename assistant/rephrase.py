"""A question that leans on what was said before, made whole enough to search with."""

import re

from assistant.questions import Question

EARLIER = 2
FEW_WORDS = 5
LEANS = re.compile(
    r"^(och|men|samt|and|but|og|so)\b|"
    r"\b(den|det|de|dem|dess|deras|denna|detta|dessa|där|han|hon|hans|hennes|sådan\w*|samma|dit|då|nu|"
    r"it|its|they|them|their|that|those|this|these|he|she|there|"
    r"dens|dets|deres|disse|dette|der|henne|han|hun)\b",
    re.IGNORECASE,
)
NAME = re.compile(r"(?<!^)(?<![.!?]\s)\b[A-ZÅÄÖÆØ][\wåäöæø-]+")


def leans_on_history(question: Question) -> bool:
    """Whether the question needs the conversation to be understood: it points back, or is very short."""
    if not question.history:
        return False
    names = NAME.findall(question.text)
    few = len(question.text.split()) <= FEW_WORDS
    return (bool(LEANS.search(question.text)) or few) and not (
        names and len(question.text.split()) > 2 * FEW_WORDS
    )


def search_text(question: Question) -> str:
    """What to search for: the question, after the user's EARLIER last questions when it leans on them."""
    if not leans_on_history(question):
        return question.text
    asked = [turn.text for turn in question.history if turn.role == "user"][-EARLIER:]
    return "\n".join([*asked, question.text])
