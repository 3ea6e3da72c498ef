"""A retrieval set in the layout of BEIR (Thakur et al. 2021): texts, queries, and what answers what."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.evaluation.errors import EvaluationError

QRELS = ("qrels.tsv", "qrels/test.tsv")
RELEVANCE = ("score", "relevance")
"""What the third column of a head line is called."""


class BeirError(EvaluationError):
    """A file of the set is missing or wrong; the message names file, line and what is expected."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the corpus; the title may be empty."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Beir:
    """`corpus` by text id, `queries` by query id, `qrels[query id][text id]` is the relevance; 0 is none.

    `digest` is a SHA-256 of the corpus: ids, titles and texts in their order.
    """

    name: str
    corpus: Mapping[str, Text]
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]
    digest: str

    @property
    def judged(self) -> dict[str, Mapping[str, int]]:
        """The qrels of queries that some text answers."""
        return {query: texts for query, texts in self.qrels.items() if max(texts.values()) > 0}


def read_beir(folder: Path) -> Beir:
    """The set in `folder`: corpus.jsonl, queries.jsonl, and qrels.tsv or qrels/test.tsv (head line or not).

    Raises BeirError at the first thing that is wrong, an id that is not there among them.
    """
    if not folder.is_dir():
        raise BeirError(f"{folder} is not a folder. Give one with corpus.jsonl, queries.jsonl and qrels.tsv.")
    corpus = {id: Text(_text(row, "title", at), _text(row, "text", at)) for id, row, at in _corpus(folder)}
    queries = {id: _text(row, "text", at) for id, row, at in _rows(folder / "queries.jsonl")}
    qrels = _qrels(folder, corpus, queries)
    content = json.dumps([[id, text.title, text.text] for id, text in corpus.items()])
    return Beir(folder.resolve().name, corpus, queries, qrels, hashlib.sha256(content.encode()).hexdigest())


def _corpus(folder: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The rows of the corpus, with an empty title where there is none."""
    for id, row, at in _rows(folder / "corpus.jsonl"):
        yield id, {"title": ""} | row, at


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Id, row and place of every line that is not blank."""
    seen: set[str] = set()
    for at, line in _lines(path):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BeirError(f"{at} is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise BeirError(f"{at} must be a JSON object with _id and text")
        id = _text(row, "_id", at)
        if not id or id in seen:
            raise BeirError(
                f"{at}: _id {id!r} {'is there already' if id else 'is empty'}; each id is one row's"
            )
        seen.add(id)
        yield id, row, at
    if not seen:
        raise BeirError(f"{path} holds no rows")


def _text(row: Mapping[str, Any], field: str, at: str) -> str:
    value = row.get(field)
    if not isinstance(value, str):
        raise BeirError(f"{at}: {field} must be a text in quotes, not {json.dumps(value)[:80]}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BeirError(f"{at}: {field} holds half a character (\\u{ord(value[error.start]):x})") from error
    return value


def _qrels(folder: Path, corpus: Mapping[str, Text], queries: Mapping[str, str]) -> dict[str, dict[str, int]]:
    path = next((folder / name for name in QRELS if (folder / name).is_file()), None)
    if path is None:
        raise BeirError(f"{folder} has neither {QRELS[0]} nor {QRELS[1]}")
    qrels: dict[str, dict[str, int]] = {}
    for number, (at, line) in enumerate(_lines(path)):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 3:
            raise BeirError(
                f"{at} has {len(cells)} columns; expected are query id, text id and score, by tabs"
            )
        query, text, score = cells
        if number == 0 and score.casefold() in RELEVANCE:
            continue
        for id, known, file in ((query, queries, "queries.jsonl"), (text, corpus, "corpus.jsonl")):
            if id not in known:
                raise BeirError(f"{at}: {id!r} is not an _id of {file}")
        if text in qrels.setdefault(query, {}):
            raise BeirError(f"{at}: {query!r} and {text!r} are judged already")
        qrels[query][text] = _relevance(score, at)
    if not any(max(texts.values()) > 0 for texts in qrels.values()):
        raise BeirError(f"{path} names no relevant text for any query")
    return qrels


def _relevance(score: str, at: str) -> int:
    try:
        return int(score)
    except ValueError as error:
        raise BeirError(f"{at}: the score {score!r} is not a whole number") from error


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """The place ("file, line n") and content of every line that is not blank."""
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BeirError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        before = error.object[: error.start].count(b"\n")
        raise BeirError(f"{path}, line {before + 1} is not UTF-8") from error
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            yield f"{path}, line {number}", line
