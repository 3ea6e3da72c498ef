"""Take a question apart where it asks for several things."""

import re

from vectorstore.plain_text import plain

ASKS = (
    r"vem|vems|vad|vilken|vilket|vilka|hur|när|var|vart|varifrån|varför|finns|kan|"
    r"who|what|which|how|when|where|why|does|is|are|can|"
    r"hvem|hva|hvilken|hvilket|hvilke|hvordan|når|hvor|hvorfor|kan"
)
CUT = re.compile(
    rf"(?:(?<=[?!])\s+)|(?:,?\s+(?:och|samt|and|og)\s+(?=(?:på|i|av|till|on|in|to|by)?\s?(?:{ASKS})\b))", re.I
)
SENTENCE = re.compile(r"(?<=[.!?])\s+")
SHORTEST = 8
MOST = 4


def parts(question: str) -> list[str]:
    """The things asked for, in order, at most MOST; the question itself when it asks for one.

    Only words that ask start a part: "vem leder X och vilken budget har det?" has two,
    "vad säger Y om partner och finansiering?" one.
    """
    pieces = [piece.strip() for piece in CUT.split(plain(question)) if len(piece.strip()) >= SHORTEST]
    asking = [piece for piece in pieces if re.search(rf"\b(?:{ASKS})\b|\?$", piece, re.IGNORECASE)]
    return asking[:MOST] if len(asking) > 1 else [plain(question)]


def asking(question: str) -> str:
    """The sentences of a question that ask: what comes before them tells of the asker and the matter."""
    pieces = SENTENCE.split(question)
    asked = " ".join(piece for piece in pieces if piece.endswith("?")) or pieces[-1]
    return asked if len(asked) >= SHORTEST else question
