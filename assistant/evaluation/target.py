"""Whom the questions go to: the assistant in this process, or a server that runs elsewhere."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import httpx

from assistant.answers import Answer, AnswerStatus
from assistant.evaluation.errors import RunError
from assistant.evaluation.sources import Described, Library
from assistant.questions import Question
from vectorstore.passages import Document, Metadata, Passage
from vectorstore.settings import Settings
from vectorstore.store import Store

log = logging.getLogger(__name__)

UNLOGGED = "X-Utblick-Unlogged"
"""Header by which a caller on the server's own machine keeps a question out of the question log."""
PACKAGES = ("assistant", "prompts", "vectorstore")
PATIENCE = 130.0
"""Seconds to wait for a server's answer: longer than it gives itself."""


class Target(Protocol):
    """Answers questions and lets its sources be read."""

    @property
    def library(self) -> Library: ...
    def ask(self, question: Question) -> Answer:
        """The answer; one with status "error" and the reason as its text when there is none."""
        ...

    def about(self) -> Mapping[str, Any]:
        """Who answers: two targets that tell the same about themselves answer the same."""
        ...


class Asked(Protocol):
    """An Assistant."""

    def ask(self, question: Question) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Local:
    """The assistant of this process; `described` is what `describe` says of it."""

    assistant: Asked
    library: Library
    described: Mapping[str, Any]

    def ask(self, question: Question) -> Answer:
        """See Target. A fault in the assistant is a failed question, not the end of the run."""
        try:
            return self.assistant.ask(question)
        except Exception as error:
            log.exception("a question failed")
            return failed(f"{type(error).__name__}: {error}")

    def about(self) -> Mapping[str, Any]:
        """See Target."""
        return self.described


@dataclass(frozen=True, slots=True)
class Remote:
    """A running server, asked over its public API."""

    client: httpx.Client

    @property
    def library(self) -> Library:
        """See Target."""
        return self

    def ask(self, question: Question) -> Answer:
        """See Target. RunError when the server cannot be reached at all."""
        headers = {UNLOGGED: "1"}
        turns = [{"role": turn.role, "text": turn.text} for turn in question.history]
        body = {"question": question.text, "history": turns, "region": question.region}
        if question.persona:
            body["persona"] = question.persona.value
        try:
            response = self.client.post("/api/chat", json=body, headers=headers)
            if response.is_success:
                return Answer.model_validate(response.json())
            return failed(_reason(response))
        except httpx.ConnectError as error:
            raise self._unreachable(error) from error
        except (httpx.HTTPError, ValueError) as error:
            return failed(f"{type(error).__name__}: {error}")

    def about(self) -> Mapping[str, Any]:
        """See Target: the address, and the documents it reads from."""
        return {"url": str(self.client.base_url), **_corpus(self.documents())}

    def documents(self) -> list[Described]:
        """See Library."""
        return [_document(each, "") for each in self._get("/api/documents")["documents"]]

    def document(self, id: str, /) -> Document | None:
        """See Library."""
        found = self._get(f"/api/documents/{quote(id, safe='')}", missing={})
        return _document(found, found["text"]) if found else None

    def passages(self, document_id: str, /) -> list[Passage]:
        """See Library; what is used for searching only is not told, and left empty."""
        found = self._get(f"/api/documents/{quote(document_id, safe='')}", missing={})
        return [
            Passage(
                id=each["id"],
                document_id=document_id,
                number=each["number"],
                text=each["text"],
                start=each["start"],
                end=each["end"],
                header="",
                search_text="",
                page=each["page"],
                headings=tuple(each["headings"]),
            )
            for each in found.get("passages", [])
        ]

    def _get(self, path: str, missing: Any = None) -> Any:
        try:
            response = self.client.get(path)
            if response.status_code == 404 and missing is not None:
                return missing
            return response.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> RunError:
        return RunError(
            f"{self.client.base_url} does not answer as an Utblick server does: {error}. "
            "What was answered is kept; the same command goes on from there."
        )


@contextmanager
def remote(url: str) -> Iterator[Remote]:
    """The server at `url`, for as long as it is asked; RunError when that is no address."""
    if not url.startswith(("http://", "https://")):
        raise RunError(f"{url!r} is not the address of a server, such as http://127.0.0.1:8000")
    with httpx.Client(base_url=url.rstrip("/"), timeout=PATIENCE, trust_env=False) as client:
        yield Remote(client)


def failed(reason: str) -> Answer:
    """What stands in for an answer that never came."""
    return Answer(id="", status=AnswerStatus.ERROR, language="", text=reason)


def describe(settings: Settings, store: Store) -> dict[str, Any]:
    """The assistant that `wiring.build` makes: version, settings without secrets, model, and documents."""
    hidden = {"data_dir", "models_dir", "catalogue_url", "host", "port", "contact"}
    kept = settings.model_dump(mode="json", exclude=hidden)
    model = store.catalogue.model()
    known = {"version": version("utblick"), "code": _code(), "settings": kept, "model": model}
    return known | _corpus(store.documents())


def _code() -> str:
    """A digest of the program and its texts, so that a run never goes on with another program."""
    root = Path(__file__).parents[2]
    files = (path for name in PACKAGES for path in (root / name).rglob("*") if path.suffix in (".py", ".md"))
    made = sha256()
    for path in sorted(files):
        made.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return made.hexdigest()


def _corpus(documents: Any) -> dict[str, Any]:
    named = sorted((each.source, getattr(each, "digest", "") or each.id) for each in documents)
    return {"documents": len(named), "corpus": sha256(repr(named).encode()).hexdigest()}


def _document(row: Mapping[str, Any], text: str) -> Document:
    return Document(
        id=row["id"],
        uri="",
        source=row["source"],
        digest="",
        text=text,
        metadata=Metadata(title=row["title"]),
    )


def _reason(response: httpx.Response) -> str:
    try:
        told = response.json()
        return f"{response.status_code} {told['title']} {told['detail']}".strip()
    except (ValueError, KeyError, TypeError):
        return f"{response.status_code} {response.reason_phrase}".strip()
