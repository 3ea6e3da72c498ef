"""The judge's model: its name and address, its key, and the connection that ragas asks through."""

import logging
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from assistant.evaluation.errors import EvaluationError

OPENAI = "https://api.openai.com/v1"
KEY = "JUDGE_API_KEY"
NO_KEY = "none"
TOKENS = 4096
TIMEOUT = 300.0
RETRIES = 3  # after an error of the server
REASKS = 2  # after a reply in the wrong form


class JudgeError(EvaluationError):
    """Nothing can be judged: ragas is missing, or the model cannot be reached or does not let us in."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model behind an OpenAI-compatible address: OpenAI's own, vLLM, llama.cpp, Ollama and others."""

    provider: str
    name: str
    address: str

    @classmethod
    def of(cls, model: str, address: str = "") -> "Model":
        """The model of "provider:name"; only `openai` has an address of its own, others need one."""
        provider, colon, name = model.partition(":")
        if not (colon and provider and name):
            raise JudgeError(f"the model {model!r} is not in the form provider:name, as openai:gpt-4.1")
        address = address.rstrip("/") or (OPENAI if provider == "openai" else "")
        if not address:
            raise JudgeError(
                f"{model} needs the address of its OpenAI-compatible server, as http://localhost:8000/v1"
            )
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise JudgeError(f"the address of {model} is not one as http://localhost:8000/v1")
        return cls(provider, name, address)

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}"

    @property
    def host(self) -> str:
        """Where it is reached: the host's name, with the port when the address has one."""
        return urlsplit(self.address).netloc

    @property
    def is_here(self) -> bool:
        """Whether the address is this machine's own."""
        return urlsplit(self.address).hostname in ("localhost", "127.0.0.1", "::1")

    def key(self) -> str:
        """The key in JUDGE_API_KEY; without it OPENAI_API_KEY, which goes to OpenAI's address only."""
        found = os.environ.get(KEY, "")
        if self.address != OPENAI:
            return found or NO_KEY
        found = found or os.environ.get("OPENAI_API_KEY", "")
        if not found:
            raise JudgeError(f"{self} needs a key: set {KEY} or OPENAI_API_KEY in the environment")
        return found

    def conceal(self, text: str) -> str:
        """The text without the key, should a server have repeated it."""
        key = self.key()
        return text if key == NO_KEY else text.replace(key, "***")


def version() -> str:
    """The installed version of ragas; JudgeError with the command to install it where it is missing."""
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"  # read once, at its first use
    try:
        import instructor  # noqa: F401
        import openai  # noqa: F401
        import ragas
        import ragas.metrics.collections  # noqa: F401
    except ImportError as error:
        command = f"{sys.executable} -m pip install -c constraints.txt -e '.[judge]'"
        raise JudgeError(
            f"a language model as judge needs ragas, which is not fully installed ({error}). "
            f"Install it from the project's folder: {command}"
        ) from error
    return str(ragas.__version__)


@asynccontextmanager
async def connect(model: Model) -> AsyncIterator[Any]:
    """The model as ragas' metrics take it, for `score`; nothing is sent before a score is asked for."""
    version()
    from openai import AsyncOpenAI
    from ragas.llms import llm_factory

    logging.getLogger("instructor").setLevel(logging.CRITICAL)  # what fails is told in the judge's file
    async with AsyncOpenAI(
        api_key=model.key(), base_url=model.address, timeout=TIMEOUT, max_retries=RETRIES
    ) as client:
        with _no_data_home():
            llm = llm_factory(
                model.name, provider="openai", client=client, max_tokens=TOKENS, max_retries=REASKS
            )
        yield llm


@contextmanager
def _no_data_home() -> Iterator[None]:
    """ragas numbers its user in a file in the home folder, once, even when told not to track; not here."""
    before = os.environ.get("XDG_DATA_HOME")
    os.environ["XDG_DATA_HOME"] = os.devnull
    try:
        yield
    finally:
        os.environ.pop("XDG_DATA_HOME")
        if before is not None:
            os.environ["XDG_DATA_HOME"] = before
