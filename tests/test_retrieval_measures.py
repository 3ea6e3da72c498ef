"""Retrieval sets: how they are read, their measures by hand, and one small set from file to figures."""

import json
import shutil
from math import log2
from pathlib import Path
from typing import Any

import pytest
from fakes import HashedEmbedder

from assistant.evaluation.beir import BeirError, read_beir
from assistant.evaluation.errors import EvaluationError
from assistant.evaluation.ranking import MEASURES, rank, score
from assistant.evaluation.retrieval import measure, to_dict, to_text
from vectorstore.embedder import Embedder
from vectorstore.settings import Settings

TEXTS = """\
bi | Biodling | Den som håller bin ska anmäla bikupornas plats till länsbiodlaren.
färja | | Färjan till Skogsö går varje timme från Norra kajen, även på söndagar.
kajak | | Kajaker hyrs ut vid badviken under juni, juli och augusti.
snö | Snöröjning | Fastighetsägaren skottar trottoaren utanför sitt hus.
bok | | Biblioteket lånar ut böcker i fyra veckor. Försenade böcker kostar.
bok igen | | Biblioteket lånar ut böcker i fyra veckor. Försenade böcker kostar.
hund | | Hundar hålls kopplade i reservatet från mars till och med augusti.
ved | | Eldning i vedspis är förbjuden de dagar då luften är stilla.
mjöl | # "Kvarnen": | Kvarnen maler råg och vete åt ortens bagare varje torsdag.
tåg | | Museijärnvägen kör ånglok mellan Ekeby och Lillfors om sommaren.
svamp | | Svampkonsulenten bestämmer medhavda svampar på lördagar i september.
tom | |
"""
CORPUS = [
    dict(zip(("_id", "title", "text"), map(str.strip, line.split("|")), strict=True))
    for line in TEXTS.splitlines()
]
QUERIES = [
    {"_id": "q1", "text": "När går färjan till Skogsö?"},
    {"_id": "q2", "text": "Hur länge får jag låna böcker på biblioteket?"},
    {"_id": "q3", "text": "Var anmäler jag mina bikupor?"},
    {"_id": "q4", "text": "Vad står i den tomma texten?"},
    {"_id": "q5", "text": "Vem har inte bedömts?"},
]
HEAD = "query-id\tcorpus-id\tscore\n"
QRELS = "q1\tfärja\t1\nq2\tbok\t1\nq2\tbok igen\t1\nq3\tbi\t1\nq3\thund\t0\nq4\ttom\t1\n"


def written(folder: Path, qrels: str = HEAD + QRELS, at: str = "qrels.tsv", **changes: Any) -> Path:
    """The set in `folder`; `corpus` and `queries` may be other rows, or the whole file's text."""
    files = {"corpus": CORPUS, "queries": QUERIES} | changes
    for name, rows in files.items():
        text = rows if isinstance(rows, str) else "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, "utf-8")
    (folder / at).parent.mkdir(exist_ok=True)
    (folder / at).write_text(qrels, "utf-8")
    return folder


@pytest.mark.parametrize(
    "qrels", [HEAD + QRELS, QRELS, "\ufeff" + QRELS, (HEAD + QRELS).replace("\n", "\r\n")]
)
@pytest.mark.parametrize("at", ["qrels.tsv", "qrels/test.tsv"])
def test_a_set_is_read(tmp_path: Path, qrels: str, at: str) -> None:
    found = read_beir(written(tmp_path, qrels, at))
    assert list(found.corpus) == [row["_id"] for row in CORPUS]
    assert (found.corpus["bi"].title, found.queries["q1"]) == ("Biodling", "När går färjan till Skogsö?")
    assert found.qrels["q3"] == {"bi": 1, "hund": 0}
    assert list(found.judged) == ["q1", "q2", "q3", "q4"]


def test_a_title_may_be_left_out_and_digests_tell_corpora_apart(tmp_path: Path) -> None:
    plain = [{"_id": row["_id"], "text": row["text"]} for row in CORPUS]
    first, second = read_beir(written(tmp_path)), read_beir(written(tmp_path, corpus=plain))
    assert second.corpus["bi"].title == ""
    assert first.digest == read_beir(written(tmp_path)).digest != second.digest


ROW = '{"_id": "a", "text": "b"}\n'


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"corpus": ROW + "{"}, r"corpus.jsonl, line 2 is not JSON"),
        ({"corpus": ROW + "\n[]"}, r"corpus.jsonl, line 3 must be a JSON object"),
        ({"corpus": ROW + ROW}, r"corpus.jsonl, line 2: _id 'a' is there already"),
        ({"corpus": '{"_id": "", "text": "b"}'}, r"corpus.jsonl, line 1: _id '' is empty"),
        ({"corpus": '{"_id": 7, "text": "b"}'}, r"corpus.jsonl, line 1: _id must be a text in quotes, not 7"),
        ({"corpus": '{"_id": "a"}'}, r"corpus.jsonl, line 1: text must be a text in quotes, not null"),
        ({"corpus": '{"_id": "a", "text": "\\ud800"}'}, r"line 1: text holds half a character \(\\ud800\)"),
        (
            {"corpus": '{"_id": "a", "text": "b", "title": 1}'},
            r"line 1: title must be a text in quotes, not 1",
        ),
        ({"queries": ""}, r"queries.jsonl holds no rows"),
        ({"qrels": "q1\tfärja\n"}, r"qrels.tsv, line 1 has 2 columns"),
        ({"qrels": HEAD + "q1\tfärja\tmuch\n"}, r"qrels.tsv, line 2: the score 'much' is not a whole number"),
        ({"qrels": "q1\tfärja\tmuch\n"}, r"qrels.tsv, line 1: the score 'much' is not a whole number"),
        ({"qrels": HEAD + "q9\tfärja\t1\n"}, r"qrels.tsv, line 2: 'q9' is not an _id of queries.jsonl"),
        ({"qrels": HEAD + "q1\tbåt\t1\n"}, r"qrels.tsv, line 2: 'båt' is not an _id of corpus.jsonl"),
        ({"qrels": QRELS + "q1\tfärja\t1\n"}, r"qrels.tsv, line 7: 'q1' and 'färja' are judged already"),
        ({"qrels": HEAD}, r"qrels.tsv names no relevant text"),
        ({"qrels": "q1\tfärja\t0\n"}, r"qrels.tsv names no relevant text"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(BeirError, match=told):
        read_beir(written(tmp_path, **change))


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(BeirError, match="none is not a folder"):
        read_beir(tmp_path / "none")
    with pytest.raises(BeirError, match="corpus.jsonl cannot be read: No such file"):
        read_beir(tmp_path)
    (written(tmp_path) / "qrels.tsv").unlink()
    with pytest.raises(BeirError, match="neither qrels.tsv nor qrels/test.tsv"):
        read_beir(tmp_path)
    (tmp_path / "corpus.jsonl").write_bytes(ROW.encode() + b'{"_id": "\xe5"}')
    with pytest.raises(BeirError, match="corpus.jsonl, line 2 is not UTF-8"):
        read_beir(tmp_path)


TENTH = [f"x{n}" for n in range(10)]


@pytest.mark.parametrize(
    ("relevant", "ranking", "expected"),
    [
        # nDCG: a relevance r at place n gives r / log2(n + 1), divided by what the best ranking gives.
        ({"a": 1}, ["a", "x"], {"nDCG@10": 1, "MRR@10": 1, "hit@1": 1, "recall@5": 1}),
        ({"a": 1}, ["x", "a"], {"nDCG@10": 1 / log2(3), "MRR@10": 0.5, "hit@1": 0, "hit@5": 1}),
        (
            {"a": 1, "b": 1},
            ["x", "a", "y", "b"],
            {"nDCG@10": (1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3)), "MRR@10": 0.5, "recall@5": 1},
        ),
        ({"a": 2, "b": 1}, ["b", "a"], {"nDCG@10": (1 + 2 / log2(3)) / (2 + 1 / log2(3)), "MRR@10": 1}),
        ({"a": 1, "b": 1}, ["a"], {"recall@5": 0.5, "recall@100": 0.5, "hit@1": 1}),
        ({"a": 1}, [*TENTH[:5], "a"], {"recall@5": 0, "recall@10": 1, "hit@5": 0, "hit@10": 1}),
        ({"a": 1}, [*TENTH[:5], "a"], {"MRR@10": 1 / 6, "nDCG@10": 1 / log2(7)}),
        ({"a": 1}, [*TENTH, "a"], {"nDCG@10": 0, "MRR@10": 0, "recall@10": 0, "recall@100": 1, "hit@10": 0}),
        ({"a": 1}, [], dict.fromkeys(MEASURES, 0)),
        ({"a": 1, "b": 0}, ["b"], dict.fromkeys(MEASURES, 0)),
    ],
)  # fmt: skip
def test_measures_by_hand(relevant: dict[str, int], ranking: list[str], expected: dict[str, float]) -> None:
    found = score({"q": relevant}, {"q": ranking})["q"]
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert list(found) == list(MEASURES)


def test_a_text_stands_at_the_place_of_its_best_passage() -> None:
    ids = {"1.txt": ("a",), "2.txt": ("b", "c"), "3.txt": ("d",)}
    assert rank(["2.txt", "1.txt", "2.txt", "3.txt", "1.txt"], ids) == ["b", "c", "a", "d"]


@pytest.mark.slow
def test_a_small_set_from_files_to_figures(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / "set").mkdir()
    beir = read_beir(written(tmp_path / "set"))
    own = {"data_dir": tmp_path / "own", "catalogue_url": f"sqlite:///{tmp_path}/own.db"}
    settings = Settings(_env_file=None, **own)  # type: ignore[call-arg, arg-type]
    heard: list[tuple[str, int, int]] = []
    kept = tmp_path / "kept"
    found = measure(beir, settings, embedder, keep=kept, progress=lambda *step: heard.append(step))

    # Each question shares rare words with one text, so it comes first; the two equal texts come together.
    assert {id: each["hit@1"] for id, each in found.scores.items()} == {"q1": 1, "q2": 1, "q3": 1, "q4": 0}
    assert found.scores["q2"]["nDCG@10"] == pytest.approx(1)
    assert found.figures["hit@1"].value == 0.75
    assert (found.texts, found.duplicates, found.queries, found.unjudged) == (12, 1, 4, 1)
    assert list(found.left_out) == ["tom"] and "is empty" in found.left_out["tom"]
    assert found.passages >= 10
    assert heard[0] == ("ingest", 0, 12) and heard[-1] == ("search", 4, 4)
    assert found.model == embedder.identity.to_dict()
    assert json.loads(json.dumps(to_dict(found)))["figures"]["hit@1"]["n"] == 4
    text = to_text(found)
    assert (
        "not stored, so cannot be found (1):" in text and "4 queries (1 more have no relevant text)" in text
    )
    assert not list(tmp_path.glob("own*")), "the user's own documents must stay as they are"

    again = measure(beir, settings, embedder, legs="lexical", keep=kept)
    assert (again.legs, again.passages, again.left_out) == ("lexical", found.passages, found.left_out)
    assert again.scores["q1"]["hit@1"] == 1

    other = read_beir(written(tmp_path / "set", qrels="q1\tfärja\t1\n", corpus=CORPUS[:3]))
    with pytest.raises(EvaluationError, match="kept holds the texts of another set"):
        measure(other, settings, embedder, keep=kept)
    with pytest.raises(EvaluationError, match="set is not empty"):
        measure(other, settings, embedder, keep=tmp_path / "set")

    with pytest.raises(EvaluationError, match="kept was made with another model"):
        measure(beir, settings, HashedEmbedder(), keep=kept)
    shutil.rmtree(kept / "data")
    (kept / "data").write_text("not a folder")
    with pytest.raises(EvaluationError, match=r"could not be read in \(exit status 1\): utblick: "):
        measure(beir, settings, embedder, keep=kept)
