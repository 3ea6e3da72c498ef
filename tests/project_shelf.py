"""Documents of our own on two counties, an area and two bodies, and the composers that read them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kept import kept

from assistant.checking import check
from assistant.comparison.composing import Comparison
from assistant.drafts import Asked, Composer
from assistant.framing import Framed, frame
from assistant.questions import Question, Turn
from assistant.scoring import SentenceScorer
from ingest.pipeline import ingest
from ingest.reading import Reader
from ingest.register.loading import load_register
from ingest.sources import find_roots
from vectorstore.catalogue import open_catalogue
from vectorstore.embedder import Embedder
from vectorstore.publish import publishing
from vectorstore.relinking import store_register
from vectorstore.settings import Settings
from vectorstore.store import Store, open_store

TODAY = date(2026, 11, 1)
TEXTS = {
    "gavleborg": """---
title: "Gävleborgs exportstrategi"
publisher: "Region Gävleborg"
region: [Gävleborg]
language: sv
as_of: "2012"
---
# Gävleborgs exportstrategi

## Prioriteringar

Strategin prioriterar stålindustri och verkstadsföretag som vill sälja till Polen. Livsmedel från Hälsingland
är också ett prioriterat område. Sporthallar omfattas inte av strategin.

## Finansiering

Exportsatsningen finansieras med bidrag ur Regionalfonden och av de tio kommunerna. Länets företag bör ansöka
tillsammans för att ett projekt ska ge mervärde.

## Utmaningar

En utmaning är att företagen saknar språkkunskaper.

## Projekt

Regionen erbjuder rådgivning till den som vill strukturera en projektidé och söka pengar till projektet.
""",
    "dalarna": """---
title: "Inriktning för Dalarnas utlandsarbete"
publisher: "Region Dalarna"
region: [Dalarna]
language: sv
as_of: "2021"
---
# Inriktning för Dalarnas utlandsarbete

## Prioriteringar

Inriktningen prioriterar besöksnäring och vinterturism med gäster från Nederländerna.

## Finansiering

Utlandsarbetet finansieras med lån från sparbankerna och bidrag från länsstyrelsen.
""",
    "hjalpare": """---
title: "Almi och EKN i korthet"
publisher: "Utblick"
region: [Sverige]
language: sv
as_of: "2023"
kind: guide
---
# Almi och EKN i korthet

Almi lånar ut pengar till små företag som vill växa. EKN garanterar att exportören får betalt av sin kund.
Paper Province ordnar träffar för skogsföretag i Karlstad.
""",
    "nyfikna": """---
title: "Almi för nyfikna"
publisher: "Utblick"
region: [Sverige]
language: sv
as_of: "2024"
kind: guide
---
# Almi för nyfikna

Ett lån hos Almi kostar ränta. En garanti får du i stället hos EKN.
""",
    "resa": """---
title: "Rapport från studieresan"
publisher: "Region Värmland"
region: [Värmland]
language: sv
as_of: "2016"
---
# Rapport från studieresan

Gästerna från Finland ville se hur Paper Province samlar företagen kring förpackningar.
""",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """The store of the documents above, with a scorer."""

    store: Store
    scorer: SentenceScorer

    def asked(self, composer: Composer, text: str, *history: str, language: str = "sv") -> Framed | None:
        """The composer's answer as framed, after its quotes were checked; None where it makes none."""
        turns = tuple(Turn("assistant" if n % 2 else "user", turn) for n, turn in enumerate(history))
        draft = composer.compose(Asked(Question(text, turns), text, text, language), ())
        if draft is None:
            return None
        return frame(check(draft, text, self.store.document, language, TODAY), language)

    def compared(self, text: str, language: str = "sv") -> Framed | None:
        """The answer to a question that compares."""
        return self.asked(Comparison(self.store, self.scorer), text, language=language)


@contextmanager
def project_shelf(folder: Path, embedder: Embedder, texts: Mapping[str, str] = TEXTS) -> Iterator[Shelf]:
    """The documents in a store, with the register that ships; only to be read."""
    data = kept(folder, texts, lambda made: _fill(made, embedder, texts))
    store = open_store(Settings(_env_file=None, data_dir=data), embedder)  # type: ignore[call-arg]
    try:
        yield Shelf(store, SentenceScorer(embedder, store.rarity))
    finally:
        store.close()


def _fill(data: Path, embedder: Embedder, texts: Mapping[str, str]) -> None:
    sources = data / "sources"
    sources.mkdir()
    for name, text in texts.items():
        (sources / f"{name}.md").write_text(text, encoding="utf-8")
    settings = Settings(_env_file=None, data_dir=data)  # type: ignore[call-arg]
    catalogue = open_catalogue(settings)
    catalogue.check_model(embedder.identity)
    with publishing(catalogue, data), Reader(settings) as reader:
        store_register(catalogue, load_register())
        ingest(find_roots([sources]), catalogue, lambda: embedder, reader)
    catalogue.close()
