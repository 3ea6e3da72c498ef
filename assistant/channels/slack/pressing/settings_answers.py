"""The rule that a filled in form with settings makes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.channels.slack.pressing.choices import Choice, Choices
from assistant.channels.slack.pressing.settings_form import (
    MORE,
    MOST_COLLEAGUES,
    OFF,
    ON,
    PERSON,
    REQUIRED,
    Field,
    Words,
)
from assistant.channels.slack.rules_file import Answers, Rule
from assistant.questions import Persona

Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""What a view holds that was sent in, by block and element."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong in a form, in words, by the id of the field's block."""

    told: Mapping[str, str]


def read_settings_form(values: Values, before: Rule, choices: Choices, words: Words) -> Rule | Faults:
    """The rule that was filled in, or what is wrong with it. A field that was not shown stays as `before`."""
    filled = {field: _chosen(values, field) for field in Field if field.value in values}
    told = {field.value: words[code] for field, code in _faults(filled, choices)}
    if told:
        return Faults(told)
    changes = dict(before)
    for field, chosen in filled.items():
        if chosen or field not in REQUIRED:
            changes |= _changes(field, chosen, before, choices)
    return Rule.model_validate(changes)


def _faults(filled: Mapping[Field, tuple[str, ...]], choices: Choices) -> Iterable[tuple[Field, str]]:
    known: Mapping[Field, Iterable[str]] = {
        Field.ON: (ON, OFF),
        Field.REGION: [one.key for one in choices.regions],
        Field.PERSONA: tuple(Persona),
        Field.DOCUMENTS: [one.key for one in choices.documents],
        Field.PUBLISHERS: [one.key for one in choices.publishers],
        Field.ANSWERS: tuple(Answers),
        Field.MORE: MORE,
    }
    for field, chosen in filled.items():
        if field in known and not set(chosen) <= set(known[field]):
            yield field, f"unknown_{field}"
    people = filled.get(Field.COLLEAGUES, ())
    if not all(PERSON.fullmatch(one) for one in people):
        yield Field.COLLEAGUES, "unknown_colleagues"
    elif len(people) > MOST_COLLEAGUES:
        yield Field.COLLEAGUES, "many_colleagues"


def _changes(field: Field, chosen: tuple[str, ...], before: Rule, choices: Choices) -> dict[str, Any]:
    first = chosen[0] if chosen else ""
    match field:
        case Field.ON:
            return {"on": first == ON}
        case Field.REGION:
            return {"region": "".join(_values(choices.regions, chosen[:1]))}
        case Field.PERSONA:
            return {"persona": first or None}
        case Field.DOCUMENTS:
            return {"documents": _values(choices.documents, chosen)}
        case Field.PUBLISHERS:
            return {"publishers": _values(choices.publishers, chosen)}
        case Field.ANSWERS:
            return {"answers": first}
        case Field.MORE:
            return {name: name in chosen for name in MORE}
        case Field.COLLEAGUES:
            # A form offers no groups: those of the usual rule stay.
            groups = (one for one in before.colleagues if not PERSON.fullmatch(one))
            return {"colleagues": (*chosen, *groups)}


def _values(of: Iterable[Choice], keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one.value for one in of if one.key in keys)


def _chosen(values: Values, field: Field) -> tuple[str, ...]:
    held = values[field.value].get(field.value, {})
    one = held.get("selected_option")
    several = held.get("selected_options") or ([one] if one else [])
    return tuple(dict.fromkeys([each["value"] for each in several] + (held.get("selected_users") or [])))
