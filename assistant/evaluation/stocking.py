"""The texts of a retrieval set as files, read in by the product's own command."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.evaluation.beir import Beir, Text
from assistant.evaluation.errors import EvaluationError
from vectorstore.settings import PREFIX, Settings

LONGEST_TITLE = 300
"""Characters; ingest refuses longer ones."""
MARK = "retrieval-set.json"
COMMAND = "from assistant.channels.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Stock:
    """A data folder with the texts: `ids[file name]` are the texts of that content, `report` is ingest's."""

    settings: Settings
    ids: Mapping[str, tuple[str, ...]]
    report: Mapping[str, Any]

    @property
    def left_out(self) -> dict[str, str]:
        """Why a text is not stored, by its id."""
        failed = {file["source"]: file["reason"] for file in self.report["files"] if not _is_stored(file)}
        return {id: reason for name, reason in failed.items() for id in self.ids.get(name, ())}


def stock(beir: Beir, folder: Path, settings: Settings) -> Stock:
    """The corpus of `beir` in `folder`, by `utblick ingest` in a process of its own.

    `settings` count but for where things are kept. A folder that this made before for the same
    corpus is brought up to date, which takes seconds. EvaluationError for any other folder that is not
    empty, and when ingest does not say what it did.
    """
    _claim(beir, folder)
    ids = _write(beir.corpus, folder / "texts")
    placed = settings.model_copy(update={"data_dir": (folder / "data").absolute(), "catalogue_url": ""})
    return Stock(placed, ids, _ingest(folder / "texts", settings, placed))


def _claim(beir: Beir, folder: Path) -> None:
    mark = folder / MARK
    if mark.is_file():
        if mark.read_text("utf-8") != json.dumps({"corpus": beir.digest}):
            raise EvaluationError(f"{folder} holds the texts of another set. Give another folder.")
        return
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise EvaluationError(f"{folder} is not empty. Give a folder that is, or one kept by this command.")
    mark.write_text(json.dumps({"corpus": beir.digest}), "utf-8")


def _write(corpus: Mapping[str, Text], folder: Path) -> dict[str, tuple[str, ...]]:
    """One plain text file for each content, so that no mark in it is taken for markup; titles beside it.

    Ingest stores no content twice, so texts that say the same share a file.
    """
    folder.mkdir(exist_ok=True)
    same: dict[Text, list[str]] = {}
    for id, text in corpus.items():
        same.setdefault(text, []).append(id)
    names: dict[str, tuple[str, ...]] = {}
    for number, (text, ids) in enumerate(same.items(), start=1):
        name = f"{number}.txt"
        (folder / name).write_bytes(text.text.encode())
        if title := " ".join(text.title.split())[:LONGEST_TITLE]:
            stated = yaml.safe_dump({"title": title}, allow_unicode=True, width=10_000)
            (folder / f"{name}.meta.yaml").write_bytes(stated.encode())
        names[name] = tuple(ids)
    return names


def _ingest(texts: Path, settings: Settings, placed: Settings) -> dict[str, Any]:
    """What `utblick ingest --json` reports; its own errors are told on."""
    found = subprocess.run(
        [sys.executable, "-c", COMMAND, "ingest", str(texts), "--json"],
        env=_environment(settings, placed),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    try:
        report: dict[str, Any] = json.loads(found.stdout)
    except ValueError as error:
        told = " ".join(found.stderr.split())[-500:]
        raise EvaluationError(
            f"the texts could not be read in (exit status {found.returncode}): {told}"
        ) from error
    return report


def _environment(settings: Settings, placed: Settings) -> dict[str, str]:
    """The settings that were set, as the variables they came from; what is unset stays so."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    values = placed.model_dump(mode="json", include=settings.model_fields_set | {"data_dir", "catalogue_url"})
    return kept | {PREFIX + name.upper(): str(value) for name, value in values.items()}


def _is_stored(file: Mapping[str, Any]) -> bool:
    return file["outcome"] in ("added", "changed", "unchanged")
