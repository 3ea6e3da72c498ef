"""What a sentence tells of a programme or a body: its money, its period, whom it is for."""

from collections.abc import Iterable

from assistant.partners.wording import pattern, table
from prompts import phrases


def facet(text: str, tells: bool = False) -> str:
    """The key of the field that the sentence fills, "what" where it only `tells` of it; empty for none."""
    found = next((key for key in table("facets") if pattern("facets", key).search(text)), "")
    return found or ("what" if tells else "")


def ordered(fields: Iterable[str]) -> list[str]:
    """The fields in the order in which a reader asks for them."""
    order = ["what", *table("facets")]
    return sorted(fields, key=order.index)


def label(field: str, language: str) -> str:
    """The name of the field in the language of the answer."""
    return phrases("partners", language)[f"field_{field}"]
