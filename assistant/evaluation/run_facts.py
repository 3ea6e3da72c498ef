"""What run.json says about who was asked, in words and as a plain list."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.evaluation.results import Result
from assistant.evaluation.wording import Wording

Fact = tuple[str, str]


def facts(about: Mapping[str, Any], results: Sequence[Result], wording: Wording) -> list[Fact]:
    """What a reader must know to trust the figures, each with its label; what is not known is left out."""
    target = about.get("target")
    told = {**about, **(target if isinstance(target, Mapping) else {})}
    known = {
        "set": told.get("set"),
        "questions": told.get("questions"),
        "started": wording.date(str(told.get("started") or "")),
        "finished": wording.date(str(told.get("finished") or "")),
        "answers": _writers(results, wording),
        "model": _model(told.get("model")),
        "documents": told.get("documents"),
        "passages": told.get("passages"),
        "workers": told.get("workers"),
        "url": told.get("url"),
        "version": told.get("version"),
    }
    return [
        (wording.texts[f"about_{key}"], str(value)) for key, value in known.items() if value not in (None, "")
    ]


def flattened(about: Mapping[str, Any], before: str = "") -> list[Fact]:
    """Every value with the dotted path to it."""
    return list(_leaves(about, before))


def _leaves(value: Any, path: str) -> Iterator[Fact]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _writers(results: Sequence[Result], wording: Wording) -> str:
    extract = wording.texts["about_extractive"]
    models = dict.fromkeys(each.answer.model for each in results if each.answer.model)
    return wording.listed([extract if each == "extractive" else each for each in models])


def _model(model: Any) -> str:
    if isinstance(model, Mapping):
        return str(model.get("name") or ", ".join(f"{key} {value}" for key, value in model.items()))
    return str(model or "")
