"""What may be chosen for a channel: the regions, documents and publishers that there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from assistant.channels.asker import counties
from assistant.channels.service import Library
from assistant.channels.slack.blocks.lines import in_a_line
from assistant.channels.slack.rules_file import Rule
from vectorstore.passages import Metadata

LONGEST_KEY = 150
"""Characters that Slack takes as an option's value."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: what a rule holds of it, how it is called, and what tells namesakes apart.

    `source` is a document's other name in a rule.
    """

    value: str
    title: str
    about: str = ""
    source: str = ""

    @property
    def key(self) -> str:
        """The value, as short as Slack takes it."""
        return self.value if len(self.value) <= LONGEST_KEY else sha256(self.value.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Choices:
    """All there is to choose from, by name."""

    regions: tuple[Choice, ...]
    documents: tuple[Choice, ...]
    publishers: tuple[Choice, ...]


def choices(store: Library) -> Choices:
    """What the library holds now."""
    listed = store.documents()
    documents = [
        Choice(
            one.id,
            in_a_line(one.metadata.title) or in_a_line(one.source) or one.id,
            _about(one.metadata),
            one.source,
        )
        for one in listed
    ]
    publishers = {one.metadata.publisher for one in listed if in_a_line(one.metadata.publisher)}
    return Choices(
        regions=tuple(Choice(name, name) for name in counties(store)),
        documents=tuple(sorted(documents, key=lambda one: one.title.casefold())),
        publishers=tuple(Choice(name, name) for name in sorted(publishers, key=str.casefold)),
    )


def with_those_of(rule: Rule, held: Choices) -> tuple[Rule, Choices]:
    """The rule with its documents by their ids, and beside what there is all that it holds.

    So a form shows what the rule says, and keeps what the library does not have or has no more.
    """
    ids = {one.source: one.value for one in held.documents if one.source}
    known = {one.value for one in held.documents}
    documents = tuple(dict.fromkeys(one if one in known else ids.get(one, one) for one in rule.documents))
    return rule.model_copy(update={"documents": documents}), Choices(
        _completed(held.regions, filter(None, [rule.region])),
        _completed(held.documents, documents),
        _completed(held.publishers, rule.publishers),
    )


def _completed(of: tuple[Choice, ...], values: Iterable[str]) -> tuple[Choice, ...]:
    """With those of `values` that are not among them, first."""
    known = {one.value for one in of}
    return (*(Choice(one, in_a_line(one) or one) for one in values if one not in known), *of)


def _about(metadata: Metadata) -> str:
    return " · ".join(part for part in (in_a_line(metadata.publisher), metadata.dated[:4]) if part)
