"""Whether a sentence is about one of the things compared, and not about another."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from assistant.comparison.items import Item
from assistant.scoring import Scored
from vectorstore.entities import PLACES, Entity, Kind
from vectorstore.naming import Names


@dataclass(frozen=True, slots=True)
class Belonging:
    """Tells what is of `item`, seen beside the `others` that it is compared with."""

    item: Item
    others: Sequence[Item]
    names: Names
    _known: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def is_of(self, one: Scored) -> bool:
        """Whether the sentence may stand in the thing's row."""
        if self.item.documents or not self.item.entity:
            return True
        text, metadata = one.sentence.text, one.hit.document.metadata
        if self.names_it(text):
            return True
        if self._names_another(text):
            return False
        if self.item.regions and set(metadata.regions) == set(self.item.regions):
            return True
        above = f"{metadata.title}\n{' '.join(one.hit.passage.headings)}"
        if self._names_another(above):
            return False
        entities = self._entities(above)
        return self.item.entity in entities or self._lies_in(entities)

    def names_it(self, text: str) -> bool:
        """Whether `text` names the thing."""
        return self.item.entity in self._entities(text) or _has(self.item.label, text)

    def _names_another(self, text: str) -> bool:
        """Whether `text` names one of those that the thing is compared with."""
        named = self._entities(text)
        return any(
            (other.entity and other.entity in named) or _has(other.label, text) for other in self.others
        )

    def singles_out(self, text: str) -> bool:
        """Whether `text` names the thing, where that tells more than its document does; never of a place."""
        return not self.item.regions and self.names_it(text)

    def opens_with_it(self, text: str) -> bool:
        """Whether `text` begins with the thing's name, as a sentence does that tells what it is."""
        found = [one for one in self.names.find(text) if one.start == 0]
        known = any(one.entity.id == self.item.entity for one in found)
        return known or text.casefold().startswith(self.item.label.casefold())

    def count(self, text: str, kinds: Collection[Kind]) -> int:
        """How many different things of these kinds the text names."""
        found = [*self.names.find(text), *self.names.places(text)]
        return len({one.entity.id for one in found if one.entity.kind in kinds})

    def own_places(self, text: str) -> tuple[int, int]:
        """How many places named lie in the thing, and how many do not."""
        inside = {one.id for one in self._counties()}
        named = {one.entity.id for one in self.names.places(text)} - {self.item.entity}
        return len(named & inside), len(named - inside)

    def _counties(self) -> list[Entity]:
        entity = self.names.entities.get(self.item.entity)
        return self.names.counties(entity) if entity else []

    def _lies_in(self, above: Collection[str]) -> bool:
        """Whether one of the areas named has the thing within it."""
        known = [self.names.entities[one] for one in above if one in self.names.entities]
        areas = [one for one in known if one.kind in PLACES and one.id != self.item.entity]
        return any(self.item.entity == county.id for area in areas for county in self.names.counties(area))

    def _entities(self, text: str) -> frozenset[str]:
        """The ids of what the text names; the same texts come again for every matter."""
        if text not in self._known:
            found = [*self.names.find(text), *self.names.places(text)]
            self._known[text] = frozenset(one.entity.id for one in found)
        return self._known[text]


def _has(label: str, text: str) -> bool:
    """Whether the label stands in the text as a word of its own."""
    return bool(re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text, re.IGNORECASE))
