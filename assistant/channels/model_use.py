"""Which language model the settings name, what for, and who gets to see what is asked."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from vectorstore.settings import Settings

_NAMES = {
    "anthropic": "Anthropic",
    "azure_openai": "Microsoft Azure",
    "bedrock": "Amazon Web Services",
    "bedrock_converse": "Amazon Web Services",
    "cohere": "Cohere",
    "deepseek": "DeepSeek",
    "google_genai": "Google",
    "google_vertexai": "Google",
    "groq": "Groq",
    "mistralai": "Mistral AI",
    "openai": "OpenAI",
    "xai": "xAI",
}
_OWN_MACHINE = frozenset({"ollama"})
"""Providers that are this machine where no address is given."""


@dataclass(frozen=True, slots=True)
class ModelUse:
    """`model` is its name, empty for none; `writes` tells answers from rewritten follow-up questions only.

    `receiver` is who gets the questions: a provider or a host; empty where they stay on this machine.
    """

    model: str = ""
    writes: bool = False
    receiver: str = ""

    @property
    def made(self) -> str:
        """How answers are made: "extract", "rephrase" or "write"."""
        return "extract" if not self.model else "write" if self.writes else "rephrase"

    @property
    def leaves(self) -> str:
        """What leaves the server: "nothing", "local" (a model, on this machine), "rephrase" or "write"."""
        return "nothing" if not self.model else self.made if self.receiver else "local"


def model_use(settings: Settings) -> ModelUse:
    """As the settings have it."""
    if not settings.chat_model:
        return ModelUse()
    provider, _, model = settings.chat_model.partition(":")
    return ModelUse(model, settings.chat_answers, _receiver(provider, settings.chat_url))


def _receiver(provider: str, address: str) -> str:
    host = urlsplit(address).hostname or ""
    if not host:
        return "" if provider in _OWN_MACHINE else _NAMES.get(provider, provider)
    return "" if _is_this_machine(host) else host


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
