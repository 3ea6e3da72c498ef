"""What an ingest run did, file by file."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of one file."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REMOVED = "removed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file's outcome. `status` is the reading's own status where the file was read; `reason`
    says in words why it failed, what it duplicates, or what deserves a look. `document_id` of a
    duplicate is that of the document that is stored."""

    source: str
    uri: str
    outcome: Outcome
    status: str = ""
    reason: str = ""
    document_id: str = ""
    title: str = ""
    passages: int = 0


@dataclass(frozen=True, slots=True)
class IngestReport:
    """The run: its files in order, the documents now stored, the generation published, seconds."""

    files: tuple[FileReport, ...]
    documents: int = 0
    passages: int = 0
    generation: int | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many files had each outcome; every outcome is there."""
        counted = Counter(file.outcome for file in self.files)
        return {str(outcome): counted[outcome] for outcome in Outcome}

    @property
    def failed(self) -> list[FileReport]:
        """The files that could not be read."""
        return [file for file in self.files if file.outcome is Outcome.FAILED]

    def to_json(self) -> dict[str, Any]:
        """As printed by `utblick ingest --json`."""
        return {"counts": self.counts, **asdict(self)}
