"""The documents and questions that every system gets alike, and how what they find is judged."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.evaluation.cases import Evidence

SHARED = Path(__file__).resolve().parents[3] / "shared"
BEIR_SETS = ("swequad_train", "swefaq_dev")
EVIDENCE_SET = "dev"


@dataclass(frozen=True, slots=True)
class Source:
    """A document of a set; the title may be empty."""

    id: str
    title: str
    body: str

    @property
    def text(self) -> str:
        """Title and body as BEIR's own baselines join them; a body that begins with its title has it."""
        return self.body if self.body.startswith(self.title) else f"{self.title}\n{self.body}"


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Documents with questions; each question is judged by `qrels` or by `evidence`, whichever is filled."""

    name: str
    documents: Sequence[Source]
    questions: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    evidence: Mapping[str, Sequence["Evidence"]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """A SHA-256 of the documents."""
        content = json.dumps([[one.id, one.title, one.body] for one in self.documents])
        return hashlib.sha256(content.encode()).hexdigest()


def read_retrieval_set(name: str) -> RetrievalSet:
    """The set of that name; EvaluationError when it cannot be read."""
    return read_evidence() if name == EVIDENCE_SET else read_beir_set(SHARED / "eval" / name)


def read_beir_set(folder: Path) -> RetrievalSet:
    """A set in BEIR's layout, with the questions that some text answers."""
    from assistant.evaluation.beir import read_beir

    beir = read_beir(folder)
    documents = [Source(id, text.title, text.text) for id, text in beir.corpus.items()]
    return RetrievalSet(beir.name, documents, {id: beir.queries[id] for id in beir.judged}, beir.judged)


def read_evidence() -> RetrievalSet:
    """The questions with quotes on the five documents, each as asked: without its conversation."""
    from assistant.evaluation.sets import read_set

    files = sorted((SHARED / "corpus").glob("*.txt"))
    documents = [Source(path.name, "", path.read_text("utf-8")) for path in files]
    cases = [case for case in read_set(SHARED / "eval" / "dev.jsonl").cases if case.evidence]
    return RetrievalSet(
        EVIDENCE_SET,
        documents,
        {case.id: case.question for case in cases},
        evidence={case.id: case.evidence for case in cases},
    )
