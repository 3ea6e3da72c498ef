"""What a model is sent: the task, and the sources as data between fences that no document can know."""

import secrets

from assistant.drafts import Asked
from assistant.generation.sources import Sources, harmless
from prompts import fill, phrases

FENCE_BYTES = 8


def request(asked: Asked, sources: Sources) -> tuple[str, str]:
    """The instruction, and the text with the sources, the question last."""
    texts = phrases("generation", asked.language)
    code = secrets.token_hex(FENCE_BYTES)
    parts = [fill(texts["code"], code=code)]
    for source in sources.sources:
        shown = f"({source.label})\n{source.text}" if source.label else source.text
        parts.append(fill(texts["source"], code=code, number=source.number, passage=shown))
    question = sources.contacts.hide(harmless(asked.text))
    return texts["task"], "\n\n".join([*parts, fill(texts["question"], question=question)])
