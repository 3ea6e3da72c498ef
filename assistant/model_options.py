"""What each provider's LangChain class is given: the same wishes under the names it knows them by."""

import math
from typing import Any

NO_KEY = "none"
"""Sent to an address of one's own, so that no library looks for the provider's key in the environment."""


def model_options(named: str, url: str, key: str, seconds: float, tokens: int) -> dict[str, Any]:
    """Arguments of `init_chat_model` for "provider:name".

    One try of at most `seconds` between two bytes, `tokens` at most in the reply. Azure's API version comes
    from its own variable OPENAI_API_VERSION.
    """
    provider, _, model = named.partition(":")
    key = key or (NO_KEY if url else "")
    if provider == "ollama":
        client = {"timeout": seconds, **_given(headers=_bearer(key))}
        return {"num_predict": tokens, "client_kwargs": client, **_given(base_url=url)}
    shared = {"max_tokens": tokens, "max_retries": 0, "timeout": seconds}
    if provider == "azure_openai":
        return {**shared, **_given(azure_endpoint=url, azure_deployment=model, api_key=key)}
    if provider == "mistralai":
        shared["timeout"] = math.ceil(seconds)
    return {**shared, **_given(base_url=url, api_key=key)}


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
