"""A question without the names it is about, to see what is asked of them."""

import re
from collections.abc import Sequence

from vectorstore.queries import Hit

NAME = re.compile(r"(?<![\w-])[A-ZÅÄÖÆØ][\w-]*(?:\s+(?:(?:i|och|för|of|and|og)\s+)?[A-ZÅÄÖÆØ0-9][\w-]*)*")
FEWEST_WORDS = 2


def bare_question(question: str, hits: Sequence[Hit]) -> str:
    """`question` without the names that the passages found hold; unchanged when too little is left.

    In "vem leder Inside Out EU" the name decides which passages are found. Among their sentences
    it only favours those that happen to repeat it, where the answer often says "projektet".
    """
    texts = " ".join(hit.passage.indexed_text for hit in hits).casefold()
    left = question
    for match in NAME.finditer(question):
        name = match.group()
        if match.start() > 0 and name.casefold() in texts:
            left = left.replace(name, " ")
    left = " ".join(left.split())
    return left if len(re.findall(r"\w+", left)) >= FEWEST_WORDS else question
