"""A channel's settings in words."""

from assistant.channels.slack.blocks.mentioning import People, elements_of
from assistant.channels.slack.blocks.rich import Element
from assistant.channels.slack.messages import Block
from assistant.channels.slack.pressing.choices import Choice, Choices
from assistant.channels.slack.pressing.settings_form import MORE, Words
from assistant.channels.slack.rules_file import Rule

MOST_NAMED = 10
"""Documents, publishers and colleagues that are named; of more than so many the rest is counted."""


def summary(rule: Rule, choices: Choices, words: Words) -> list[Block]:
    """The rule as a list, one setting a line."""
    lines = [
        (words["set_on"], _text(words["set_on_on" if rule.on else "set_on_off"])),
        (words["set_region"], _text(rule.region or words["set_any"])),
        (
            words["set_persona"],
            _text(words[f"set_persona_{rule.persona}"] if rule.persona else words["set_any"]),
        ),
        (words["set_documents"], _names(rule.documents, choices.documents, words)),
        (words["set_publishers"], _names(rule.publishers, choices.publishers, words)),
        (words["set_answers"], _text(words[f"set_answers_{rule.answers}"])),
        *((words[f"set_more_{name}"], _text(words["yes" if getattr(rule, name) else "no"])) for name in MORE),
        (words["set_colleagues"], elements_of(People(rule.colleagues)) or _text(words["nobody"])),
    ]
    sections = [
        {"type": "rich_text_section", "elements": [*_text(f"{title}: ", bold=True), *told]}
        for title, told in lines
    ]
    return [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_list", "style": "bullet", "elements": sections}],
        }
    ]


def _names(values: tuple[str, ...], of: tuple[Choice, ...], words: Words) -> list[Element]:
    if not values:
        return _text(words["set_any"])
    titles = {one.value: one.title for one in of}
    named = [titles.get(value, value) for value in values[:MOST_NAMED]]
    more = len(values) - len(named)
    return _text(", ".join(named) + (f" +{more}" if more else ""))


def _text(text: str, bold: bool = False) -> list[Element]:
    style = {"style": {"bold": True}} if bold else {}
    return [{"type": "text", "text": text, **style}]
