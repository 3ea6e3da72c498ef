"""A small shelf about partners, contacts and words, read into a store with the register that ships."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.drafts import Asked
from assistant.questions import Persona, Question, Turn
from assistant.scoring import SentenceScorer
from ingest.pipeline import ingest
from ingest.reading import Reader
from ingest.register.loading import load_register
from ingest.sources import find_roots
from vectorstore.catalogue import open_catalogue
from vectorstore.embedder import Embedder
from vectorstore.publish import publishing
from vectorstore.queries import Hit, Query
from vectorstore.relinking import store_register
from vectorstore.settings import Settings
from vectorstore.store import Store, open_store

HEAD = """---
title: "{title}"
publisher: "Provtryck"
region: [Sverige]
language: sv
status: {status}
as_of: "{as_of}"
---

# {title}

"""
SHEETS = {
    ("Kluster i Värmland", "current", "2024"): """
Paper Province är ett kluster för skogsindustrin och arbetar med förpackningar av fiber.

Visit Värmland är en klusterorganisation för besöksnäringen.
""",
    ("Dörrar för den som vill ut", "current", "2025"): """
## Företag

Enterprise Europe Network hjälper företag att söka partner i andra länder.

Business Sweden hjälper svenska företag att exportera.

Open Trade Gate Sweden hjälper inte svenska företag att exportera.

Fråga din region om checkar för export.

Handelskammaren Mälardalen hjälper företag i Örebro med intyg.

## Offentliga aktörer

Offentliga aktörer i Örebro län har EU-kontoret Central Sweden, som hjälper kommuner med kontakter i Bryssel.
""",
    ("Kontaktlista", "historical", "2009"): """
Regionförbundet Örebro har telefon 019-11 22 33 och adressen Storgatan 1.

Regionförbundet Örebro hjälper kommuner i Örebro län med kontakter i Bryssel.

Inova Wermland nås på e-post gamla@inova.example.

Mats Sandberg, strateg på Region Dalarna, skrev förordet.
""",
    ("Så når du kammaren", "current", "2025"): """
Handelskammaren Mälardalen nås på telefon 010-55 66 77 och har kontor i Örebro.
""",
    ("Möte om industri", "ended", "2018"): """
Mötet hölls i Falun, säger Karin Sandberg, rådgivare på Almi.

Den italienska regionen Basilicata ville lära av Paper Province.
""",
    ("Eurostars i korthet", "current", "2024"): """
Eurostars är ett stöd till forskning nära marknaden.

Eurostars betalar 50 procent av kostnaden för ett litet företag.

Vinnova hanterar Eurostars i Sverige.

Ett Eurostars-projekt ska ha deltagare från två länder.
""",
    ("Ord i program", "current", "2024"): """
Medfinansiering är den del av kostnaden som någon annan än EU betalar.

EIC betyder i dag Europeiska innovationsrådet.

| Svenska | Engelska | Norska |
|---|---|---|
| smart specialisering, S3 | smart specialisation | smart spesialisering |
""",
}


@contextmanager
def shelf_of_partners(folders: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Store]:
    """The open store over SHEETS, read once for all tests of a run."""
    settings = Settings(_env_file=None, data_dir=folders.getbasetemp() / "partners")  # type: ignore[call-arg]
    if not settings.data_dir.exists():
        _fill(settings, folders.mktemp("sheets"), embedder)
    store = open_store(settings, embedder)
    yield store
    store.close()


def _fill(settings: Settings, texts: Path, embedder: Embedder) -> None:
    for number, ((title, status, as_of), text) in enumerate(SHEETS.items()):
        head = HEAD.format(title=title, status=status, as_of=as_of)
        (texts / f"{number}.md").write_text(head + text.strip() + "\n", encoding="utf-8")
    catalogue = open_catalogue(settings)
    catalogue.check_model(embedder.identity)
    with publishing(catalogue, settings.data_dir), Reader(settings) as reader:
        store_register(catalogue, load_register())
        ingest(find_roots([texts]), catalogue, lambda: embedder, reader)
    catalogue.close()


def asked(
    text: str, language: str = "sv", persona: Persona | None = None, region: str = "", said: str = ""
) -> Asked:
    """The question, put by `persona` from `region` after having `said` something."""
    history = (Turn("user", said), Turn("assistant", "Jaha.")) if said else ()
    return Asked(Question(text, history, persona, region), text, text, language)


def hits(store: Store, text: str) -> list[Hit]:
    """What the store finds for it."""
    return store.retriever.retrieve(Query(text, 8))


def scorer(store: Store, embedder: Embedder) -> SentenceScorer:
    """The scorer over the store."""
    return SentenceScorer(embedder, store.rarity)
