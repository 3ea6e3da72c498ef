"""The form with a channel's settings, filled in as its rule has them."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from slack_sdk.models.blocks import (
    CheckboxesElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextObject,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
    UserMultiSelectElement,
)

from assistant.channels.slack.blocks.lines import in_a_line
from assistant.channels.slack.blocks.splitting import shortened
from assistant.channels.slack.messages import Block
from assistant.channels.slack.pressing.choices import Choice, Choices
from assistant.channels.slack.rules_file import Answers, Rule
from assistant.questions import Persona

MOST_OPTIONS = 100
MOST_COLLEAGUES = 10
LONGEST_OPTION = 75
"""Characters of an option's text, and of what is said about it."""
ON, OFF = "on", "off"
MORE = ("only_mentioned", "external", "digest")
PERSON = re.compile(r"[UW][A-Z0-9]{2,30}")

Words = Mapping[str, str]


class Field(StrEnum):
    """A field of the form: the id of its block and of the element in it."""

    ON = "on"
    REGION = "region"
    PERSONA = "persona"
    DOCUMENTS = "documents"
    PUBLISHERS = "publishers"
    ANSWERS = "answers"
    MORE = "more"
    COLLEAGUES = "colleagues"


REQUIRED = frozenset({Field.ON, Field.ANSWERS})


def settings_fields(rule: Rule, choices: Choices, words: Words) -> list[Block]:
    """The fields as blocks; one with nothing to choose from is left out."""
    personas = tuple(Choice(each, words[f"set_persona_{each}"]) for each in Persona)
    elements = {
        Field.ON: _radio(Field.ON, (ON, OFF), ON if rule.on else OFF, words),
        Field.REGION: _one(Field.REGION, _first(choices.regions, (rule.region,)), rule.region),
        Field.PERSONA: _one(Field.PERSONA, personas, str(rule.persona or "")),
        Field.DOCUMENTS: _several(Field.DOCUMENTS, _documents(rule, choices), rule.documents),
        Field.PUBLISHERS: _several(Field.PUBLISHERS, _publishers(rule, choices), rule.publishers),
        Field.ANSWERS: _radio(Field.ANSWERS, tuple(Answers), rule.answers, words),
        Field.MORE: _boxes(rule, words),
        Field.COLLEAGUES: UserMultiSelectElement(
            action_id=Field.COLLEAGUES.value,
            initial_users=[one for one in rule.colleagues if PERSON.fullmatch(one)] or None,
            max_selected_items=MOST_COLLEAGUES,
        ),
    }
    return [_input(field, element, words) for field, element in elements.items() if element]


def _documents(rule: Rule, choices: Choices) -> tuple[Choice, ...]:
    """All documents; where Slack takes no such list, those that the rule holds, so that they can go."""
    if len(choices.documents) <= MOST_OPTIONS:
        return choices.documents
    return tuple(one for one in choices.documents if one.value in rule.documents)[:MOST_OPTIONS]


def _publishers(rule: Rule, choices: Choices) -> tuple[Choice, ...]:
    """Those who published the documents, where these are too many to choose among."""
    if len(choices.documents) <= MOST_OPTIONS and not rule.publishers:
        return ()
    return _first(choices.publishers, rule.publishers)


def _first(of: tuple[Choice, ...], held: Sequence[str]) -> tuple[Choice, ...]:
    """As many as Slack lists; where there are more, what the rule holds is among them."""
    if len(of) > MOST_OPTIONS:
        of = tuple(sorted(of, key=lambda one: one.value not in held))
    return of[:MOST_OPTIONS]


def _input(field: Field, element: InputInteractiveElement, words: Words) -> Block:
    hint = words.get(f"set_{field}_hint")
    block = InputBlock(
        block_id=field.value,
        label=PlainTextObject(text=words[f"set_{field}"], emoji=False),
        hint=PlainTextObject(text=hint, emoji=False) if hint else None,
        element=element,
        optional=field not in REQUIRED,
    )
    return block.to_dict()


def _option(value: str, title: str, about: str = "") -> Option:
    return Option(value=value, text=_plain(title), description=_plain(about) if about else None)


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=shortened(in_a_line(text), LONGEST_OPTION), emoji=False)


def _radio(field: Field, values: Sequence[str], now: str, words: Words) -> RadioButtonsElement:
    options = [_option(value, words[f"set_{field}_{value}"]) for value in values]
    initial = next(one for one in options if one.value == now)
    return RadioButtonsElement(action_id=field.value, options=options, initial_option=initial)


def _boxes(rule: Rule, words: Words) -> CheckboxesElement:
    options = [
        _option(name, words[f"set_more_{name}"], words.get(f"set_more_{name}_about", "")) for name in MORE
    ]
    chosen = [one for one in options if getattr(rule, str(one.value))]
    return CheckboxesElement(action_id=Field.MORE.value, options=options, initial_options=chosen or None)


def _one(field: Field, of: Sequence[Choice], now: str) -> StaticSelectElement | None:
    if not of:
        return None
    initial = next((_option(one.key, one.title) for one in of if one.value == now), None)
    options = [_option(one.key, one.title) for one in of]
    return StaticSelectElement(action_id=field.value, options=options, initial_option=initial)


def _several(field: Field, of: Sequence[Choice], now: Sequence[str]) -> StaticMultiSelectElement | None:
    if not of:
        return None
    chosen = [_option(one.key, one.title, one.about) for one in of if one.value in now]
    options = [_option(one.key, one.title, one.about) for one in of]
    return StaticMultiSelectElement(action_id=field.value, options=options, initial_options=chosen or None)
