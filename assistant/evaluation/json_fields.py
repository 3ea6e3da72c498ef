"""The fields of one JSON object, each read as its kind; what does not fit is a fault."""

import json
from dataclasses import dataclass
from typing import Any

from assistant.evaluation.cases import Evidence
from assistant.evaluation.field_texts import MOST_TURNS, asked, composed, label, trimmed
from assistant.evaluation.set_errors import RowFaults, shorten
from assistant.questions import Persona, Turn

LANGUAGES = ("sv", "en", "no")
_ROLES = ("user", "assistant")


def shown(value: object) -> str:
    """A value as JSON writes it, shortened."""
    return shorten(json.dumps(value, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class Fields:
    """The values of a row by field; one that is null or not there reads as empty."""

    values: dict[str, Any]
    faults: RowFaults

    def _text(self, name: str) -> str:
        value = self.values.get(name)
        if value is None or isinstance(value, str):
            return value or ""
        self.faults.add(name, "not_text", value=shown(value))
        return ""

    def text(self, name: str) -> str:
        """A text of any length."""
        return trimmed(self._text(name), name, self.faults)

    def label(self, name: str) -> str:
        """A short text on one line."""
        return label(self._text(name), name, self.faults)

    def question(self) -> str:
        """The question, which must be there."""
        value = self.values.get("question")
        if value is not None and not isinstance(value, str):
            return self._text("question")
        return asked(value or "", "question", self.faults)

    def language(self) -> str:
        """One of LANGUAGES, or empty."""
        value = self._text("lang")
        if value and value not in LANGUAGES:
            self.faults.add("lang", "language", value=shorten(value))
        return value

    def persona(self) -> Persona | None:
        """Who asks, if that is said."""
        value = self._text("persona")
        if value and value not in tuple(Persona):
            self.faults.add("persona", "persona", value=shorten(value))
            return None
        return Persona(value) if value else None

    def answerable(self) -> bool | None:
        """true or false, if that is said."""
        value = self.values.get("answerable")
        if value is None or isinstance(value, bool):
            return value
        self.faults.add("answerable", "json_answerable", value=shown(value))
        return None

    def _list(self, name: str, code: str) -> list[Any]:
        value = self.values.get(name)
        if value is None or isinstance(value, list):
            return value or []
        self.faults.add(name, code, value=shown(value))
        return []

    def must_include(self) -> tuple[tuple[str, ...], ...]:
        """Groups of alternatives; alternatives keep their outer blanks, which may mean whole words."""
        groups = self._list("must_include", "must_include_shape")
        if groups and all(isinstance(group, str) for group in groups):
            self.faults.add("must_include", "must_include_flat", value=shown(groups))
            return ()
        return tuple(self._group(group) for group in groups)

    def _group(self, group: object) -> tuple[str, ...]:
        if not isinstance(group, list) or not group:
            self.faults.add("must_include", "must_include_shape", value=shown(group))
            return ()
        return tuple(self._needle("must_include", each) for each in group)

    def must_not_include(self) -> tuple[str, ...]:
        """Texts that a right answer does not hold; outer blanks are kept."""
        items = self._list("must_not_include", "must_not_include_shape")
        return tuple(self._needle("must_not_include", each) for each in items)

    def _needle(self, name: str, value: object) -> str:
        if not isinstance(value, str):
            self.faults.add(name, f"{name}_shape", value=shown(value))
            return ""
        if not value.strip():
            self.faults.add(name, "empty_item", value=shown(value))
            return ""
        return composed(value, name, self.faults)

    def evidence(self) -> tuple[Evidence, ...]:
        """Sources and quotes, both of them texts."""
        items = self._list("evidence", "evidence_shape")
        return tuple(Evidence(*found) for each in items if (found := self._pair(each)))

    def _pair(self, value: object) -> tuple[str, str] | None:
        if isinstance(value, dict) and set(value) == {"source", "quote"}:
            source, quote = value["source"], value["quote"]
            if isinstance(source, str) and isinstance(quote, str) and source.strip() and quote.strip():
                return trimmed(source, "evidence", self.faults), trimmed(quote, "evidence", self.faults)
        self.faults.add("evidence", "evidence_shape", value=shown(value))
        return None

    def history(self) -> tuple[Turn, ...]:
        """Earlier messages, oldest first, as {role, content} or {role, text}."""
        items = self._list("history", "history_shape")
        if len(items) > MOST_TURNS:
            self.faults.add("history", "long_history", count=len(items), most=MOST_TURNS)
        return tuple(turn for each in items if (turn := self._turn(each)))

    def _turn(self, value: object) -> Turn | None:
        if isinstance(value, dict) and set(value) in ({"role", "content"}, {"role", "text"}):
            text = value.get("content", value.get("text"))
            if value["role"] in _ROLES and isinstance(text, str) and text.strip():
                return Turn(value["role"], trimmed(text, "history", self.faults))
        self.faults.add("history", "history_shape", value=shown(value))
        return None
