"""The sixty questions of the domain report, asked over the five documents and the fact sheets together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance import faults as faults_of
from acceptance import read_cases
from corpora import open_corpus
from prose import CORPUS, SHARED

from assistant.wiring import assistant_over
from vectorstore.embedder import Embedder
from vectorstore.settings import Settings
from vectorstore.store import Store

REPORT = SHARED / "design" / "domain.md"
ENOUGH = 50

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (REPORT.is_file() and CORPUS.is_dir()), reason=f"there is no {REPORT}"),
]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("acceptance")
    store = open_corpus([CORPUS], True, folder, embedder)
    yield store
    store.close()


def test_enough_of_the_sixty_replies_are_as_expected(
    everything: Store, embedder: Embedder, tmp_path: Path
) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, history_days=0)  # type: ignore[call-arg]
    assistant = assistant_over(everything, embedder, settings)
    cases = list(read_cases(REPORT))
    assert len(cases) == 60
    found = {case.number: faults_of(case, assistant) for case in cases}
    wrong = {number: faults for number, faults in found.items() if faults}
    print(*(f"{number}: {'; '.join(faults)}" for number, faults in wrong.items()), sep="\n")
    assert len(cases) - len(wrong) >= ENOUGH, wrong
