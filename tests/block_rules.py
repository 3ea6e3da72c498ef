"""Block Kit's limits, written from Slack's documentation and knowing nothing of our code."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from block_checks import Json, Kind, flag, has, one_of, several, string, text, typed
from block_kinds import ID, MOST, SURFACES


def faults(blocks: Any, where: str = "message") -> list[str]:
    """What Slack would refuse in the blocks of a message or a modal, in words; empty when they are right."""
    kinds = {
        name: Kind({**kind.fields, "block_id": ID}, kind.required) for name, kind in SURFACES[where].items()
    }
    found = list(several(typed(kinds), 0, MOST[where])(blocks, "blocks"))
    return found or [*_among(blocks)]


def view_faults(view: Json) -> list[str]:
    """The same for a whole modal."""
    fields = {
        "type": one_of("modal"),
        "title": text(24),
        "submit": text(24),
        "close": text(24),
        "callback_id": ID,
        "external_id": ID,
        "private_metadata": string(3000, 0),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "blocks": lambda value, at: iter(()),
    }
    found = [
        *has(view, "view", Kind(fields, ("type", "title", "blocks"))),
        *faults(view.get("blocks"), "modal"),
    ]
    if "submit" not in view and any(block.get("type") == "input" for block in view.get("blocks") or []):
        found.append("view: submit is missing though there is an input")
    return found


def characters(blocks: Any) -> int:
    """Characters of text over all blocks."""
    if isinstance(blocks, dict):
        own = len(blocks["text"]) if isinstance(blocks.get("text"), str) else 0
        return own + sum(characters(value) for value in blocks.values())
    return sum(characters(each) for each in blocks) if isinstance(blocks, list) else 0


def _among(blocks: list[Json]) -> Iterator[str]:
    """What is wrong between the parts of blocks that are right by themselves."""
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (f"block_id {id} is used {number} times" for id, number in ids.items() if number > 1)
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield "blocks: more than one table"
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > 12_000:
        yield "blocks: more than 12000 characters in markdown blocks"
    for number, block in enumerate(blocks):
        if block["type"] == "section" and not {"text", "fields"} & set(block):
            yield f"blocks[{number}]: neither text nor fields"
        if block["type"] == "table" and characters(block) > 10_000:
            yield f"blocks[{number}]: more than 10000 characters in a table"
        elements = [each for each in _interactive(block) if isinstance(each, dict)]
        actions = Counter(each["action_id"] for each in elements if "action_id" in each)
        yield from (
            f"blocks[{number}]: action_id {id} is used {n} times" for id, n in actions.items() if n > 1
        )
        for element in elements:
            yield from (f"blocks[{number}]: {fault}" for fault in _of_menu(element))


def _interactive(block: Json) -> list[Any]:
    return [*(block.get("elements") or []), block.get("element"), block.get("accessory")]


def _of_menu(element: Json) -> Iterator[str]:
    kind = str(element.get("type"))
    if kind.endswith("static_select") and ("options" in element) == ("option_groups" in element):
        yield f"{kind} needs options or option_groups"
    options = [*(element.get("options") or [])]
    for group in element.get("option_groups") or []:
        options += group["options"]
    values = Counter(option["value"] for option in options)
    yield from (f"option {value} is there {number} times" for value, number in values.items() if number > 1)
    for initial in [element.get("initial_option"), *(element.get("initial_options") or [])]:
        if initial is not None and initial not in options:
            yield f"{kind} starts with an option that it does not have"
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if least > most or len(element.get("initial_value") or "") > most:
        yield f"{kind} starts outside its own lengths"
