"""Small shelves about support, open and over, read into a store with the register that ships."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kept import kept

from assistant.drafts import Asked
from assistant.questions import Question, Turn
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

HEAD = """---
title: "{title}"
publisher: "Provtryck"
kind: {kind}
region: [{region}]
language: sv
status: {status}
as_of: "{as_of}"
---

# {title}

"""
Sheets = Mapping[tuple[str, str, str, str, str], str]
OPEN: Sheets = {
    ("Fjällchecken för export", "funding", "Sverige", "current", "2025"): """
Fjällchecken är till för företag med 3–40 anställda och en omsättning på minst 2 miljoner kronor.

Fjällchecken täcker högst 45 procent av kostnaden för att nå en ny marknad.

I Gävleborg får företaget ha högst 15 anställda.

Kontrollera villkoren hos din region.
""",
    ("Kompasslånet för export till andra världsdelar", "funding", "Sverige", "current", "2024"): """
Kompasslånet riktar sig till företag med färre än 100 anställda.

Ett projekt med Kompasslånet ska gälla ett land utanför EU.
""",
    ("Regionalfonden (ERUF) i korthet", "programme", "Sverige", "current", "2024"): """
Ett enskilt företag kan normalt inte få projektpengar ur Regionalfonden för sin egen utveckling.

Projektägare i Regionalfonden är till exempel en kommun eller ett kluster.
""",
    ("Vad kan ett företag söka i stället?", "guide", "Sverige", "current", "2025"): """
## Vad kan ett företag söka i stället?

Ett företag kan undersöka Fjällchecken.
""",
    ("Interreg Sverige–Norge i korthet", "programme", "Värmland, Dalarna, Norge", "current", "2025"): """
Interreg Sverige–Norge omfattar på svensk sida Värmland och Dalarna.

Interreg Sverige–Norge omfattar på norsk sida Innlandet och Trøndelag.

Interreg Sverige–Norge betalar högst 60 procent av kostnaden för ett samarbete.

Ansökningar till Interreg Sverige–Norge har tagits emot två gånger per år, den 3 mars och den 9 oktober.
""",
    ("Länen och fonderna", "territory", "Sverige", "current", "2025"): """
Kumla och Degerfors ligger i Örebro län och hör därför till Östra Mellansverige.

Arvika ligger i Värmland och hör till Norra Mellansverige.
""",
    ("Hjälp på vägen", "guide", "Sverige", "historical", "2012"): """
Rådgivningen strukturerar projektidéer, men skriver ansökningar bara när nämnden prioriterar det.

Företag hänvisas till Almi och Enterprise Europe Network.

Enterprise Europe Network hjälper företag att söka partner i andra länder.

Företaget ska söka innan kostnaden uppstår.

Företag som vill exportera behöver vara innovativa för att klara sig länge.

Den regionala exportsamverkan är en dörr in för företag som vill exportera.

En garanti minskar risken för utebliven betalning i en exportaffär.
""",
}
OVER: Sheets = {
    ("Grannar lär av varandra", "article", "Värmland", "unknown", "2019"): """
Länsstyrelsen deltar i Inside Out EU.

Projektet började i januari och upphör i juni 2021.

Syftet är att stärka stödet till små företag som vill ut.
""",
    ("Regionens utlandsplan", "strategy", "Örebro", "unknown", "2009"): """
Företag kan utvecklas med pengar ur CIP och ur strukturfonderna.
""",
}


@contextmanager
def shelf(folder: Path, embedder: Embedder, sheets: Sheets) -> Iterator[Store]:
    """The open store over `sheets`; only to be read."""
    data = kept(folder, sheets, lambda made: _fill(made, embedder, sheets))
    store = open_store(Settings(_env_file=None, data_dir=data), embedder)  # type: ignore[call-arg]
    yield store
    store.close()


def _fill(data: Path, embedder: Embedder, sheets: Sheets) -> None:
    texts = data / "texts"
    texts.mkdir()
    for number, ((title, kind, region, status, as_of), text) in enumerate(sheets.items()):
        head = HEAD.format(title=title, kind=kind, region=region, status=status, as_of=as_of)
        (texts / f"{number}.md").write_text(head + text.strip() + "\n", encoding="utf-8")
    settings = Settings(_env_file=None, data_dir=data)  # type: ignore[call-arg]
    catalogue = open_catalogue(settings)
    catalogue.check_model(embedder.identity)
    with publishing(catalogue, data), Reader(settings) as reader:
        store_register(catalogue, load_register())
        ingest(find_roots([texts]), catalogue, lambda: embedder, reader)
    catalogue.close()


def asked(text: str, *said: str, language: str = "sv") -> Asked:
    """The question after a conversation: the user's and the assistant's turns by turns."""
    turns = tuple(Turn("assistant" if number % 2 else "user", turn) for number, turn in enumerate(said))
    return Asked(Question(text, turns), text, text, language)
