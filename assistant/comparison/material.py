"""The passages in which one of the things compared is spoken of."""

from dataclasses import dataclass, replace

from assistant.comparison.items import Item
from vectorstore.live_names import LiveNames
from vectorstore.queries import Filters, Hit, Query, Retriever

TOP_K = 10
FEW = 4
"""Passages of documents about a place from which those that only name it are not needed."""
STEM = 6
"""Letters of a word that are the same in its forms."""
MOST_DOCUMENTS = 12
"""Documents naming a thing that are searched for it."""


@dataclass(frozen=True, slots=True)
class Material:
    """Finds passages for one thing at a time, so that none takes the places of another."""

    retriever: Retriever
    names: LiveNames

    def about(self, item: Item, asked: str, filters: Filters) -> list[Hit]:
        """Passages on `item` that may tell what is `asked`, best first."""
        found: list[Hit] = []
        if item.documents or item.regions:
            limits = replace(filters, documents=item.documents, regions=item.regions or filters.regions)
            found = self._search(item, asked, limits)
        if item.entity and len(found) < FEW:
            found = [*self._named(item, asked, filters), *found]
        if not item.documents and len(found) < FEW:
            found += [hit for hit in self._search(item, asked, filters) if _says(hit, item.label)]
        distinct = {hit.passage.id: hit for hit in reversed(found)}
        return sorted(distinct.values(), key=lambda hit: -hit.score)

    def _search(self, item: Item, asked: str, filters: Filters) -> list[Hit]:
        text = asked if item.documents else f"{item.label} {asked}"
        return self.retriever.retrieve(Query(text.strip(), TOP_K, filters))

    def _named(self, item: Item, asked: str, filters: Filters) -> list[Hit]:
        """Passages that name the thing, or stand under its name."""
        documents = [one.document_id for one in self.names.mentioning(item.entity)[:MOST_DOCUMENTS]]
        if not documents:
            return []
        naming = {
            mention.passage_id
            for document in documents
            for mention in self.names.mentions(document)
            if mention.entity_id == item.entity
        }
        hits = self._search(item, asked, replace(filters, documents=tuple(documents)))
        return [hit for hit in hits if hit.passage.id in naming or _is_titled(hit, item, self.names)]


def _is_titled(hit: Hit, item: Item, names: LiveNames) -> bool:
    """Whether the document's title names the thing."""
    return any(one.entity.id == item.entity for one in names().find(hit.document.metadata.title))


def _says(hit: Hit, label: str) -> bool:
    """Whether the passage holds every word of the label, in whatever form."""
    text = hit.passage.indexed_text.casefold()
    return all(word[:STEM] in text for word in label.casefold().split() if len(word) > 2)
