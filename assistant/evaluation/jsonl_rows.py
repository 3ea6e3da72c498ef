"""Question sets as JSONL: one JSON object a line, checked field by field."""

import codecs
import json
import re
from typing import Any

from assistant.evaluation.cases import Case, to_row
from assistant.evaluation.columns import LANGUAGE, canonical
from assistant.evaluation.drafts import Draft, check_count
from assistant.evaluation.json_fields import Fields, shown
from assistant.evaluation.nearest import nearest
from assistant.evaluation.set_errors import Faults, RowFaults, shorten

FIELDS = tuple(to_row(Case("", "")))
_LINE = re.compile(r"\r\n|\n|\r")  # not str.splitlines: U+2028 may stand inside a JSON string
_CALLED = {LANGUAGE: "lang", "source": "evidence", "quote": "evidence"}
_CALLED |= {"earlier_question": "history", "earlier_answer": "history"}


class _Twice(ValueError):
    """A field that stands twice in one object."""


def read_jsonl(data: bytes, faults: Faults) -> list[Draft]:
    """The questions of a JSONL file in UTF-8; blank lines count as rows but hold nothing."""
    text = _decode(data, faults)
    lines = [(row, line) for row, line in enumerate(_LINE.split(text), start=1) if line.strip()]
    check_count(len(lines), faults)
    if lines:
        _check_form(text, lines[0], faults)
    read = ((row, _parse(line, faults.at(row))) for row, line in lines)
    return [Draft(row, _case(values, faults.at(row))) for row, values in read if values is not None]


def _decode(data: bytes, faults: Faults) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        faults.stop("not_utf8", data[: error.start].count(b"\n") + 1)


def _check_form(text: str, first: tuple[int, str], faults: Faults) -> None:
    """Raise SetError for JSON that is whole but not one object a line."""
    row, line = first
    if line.lstrip().startswith("["):
        faults.stop("json_list", row)
    if line.strip() == "{":
        faults.stop("json_spread", row)


def _parse(line: str, faults: RowFaults) -> dict[str, Any] | None:
    try:
        values = json.loads(line, object_pairs_hook=_unique, parse_constant=_refuse)
    except _Twice as error:
        faults.add(str(error), "field_twice")
    except json.JSONDecodeError as error:
        near = line[max(0, error.pos - 20) : error.pos + 20]
        faults.add("", "bad_json", at=error.pos + 1, value=shorten(near))
    except (ValueError, RecursionError):
        faults.add("", "bad_json", at=1, value=shorten(line))
    else:
        if isinstance(values, dict):
            return values
        faults.add("", "not_object", value=shown(values))
    return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(shorten(key))
        found[key] = value
    return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _case(values: dict[str, Any], faults: RowFaults) -> Case:
    for name in values:
        if name not in FIELDS:
            _tell_unknown(name, faults)
    fields = Fields(values, faults)
    return Case(
        id=fields.label("id"),
        question=fields.question(),
        language=fields.language(),
        persona=fields.persona(),
        category=fields.label("category"),
        region=fields.label("region"),
        history=fields.history(),
        answerable=fields.answerable(),
        gold_answer=fields.text("gold_answer"),
        must_include=fields.must_include(),
        must_not_include=fields.must_not_include(),
        evidence=fields.evidence(),
        notes=fields.text("notes"),
    )


def _tell_unknown(name: str, faults: RowFaults) -> None:
    meant = canonical(name[:100])
    near = _CALLED.get(meant, meant)
    if not near and not faults.faults.full:
        near = nearest(name, FIELDS)
    if near:
        faults.add(shorten(name), "unknown_field_near", near=near)
    else:
        faults.add(shorten(name), "unknown_field", expected=", ".join(FIELDS))
