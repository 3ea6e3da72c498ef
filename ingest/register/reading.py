"""Reading the YAML files of a register: raw entries by id, those of a second folder on top."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from ingest.register.faults import Fault, RegisterError

KEYS = ("defaults", "entries", "ambiguous", "municipalities")
ADDED = ("abbreviations", "variants", "cased")
SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True)
class Raw:
    """An entry as written, with the file that it, or the last part of it, stands in."""

    file: str
    fields: Mapping[str, Any]


@dataclass(slots=True)
class RawRegister:
    """What the files hold, unchecked but for their shape."""

    entries: dict[str, Raw] = field(default_factory=dict)
    ambiguous: list[Raw] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_register_files(folder: str = "") -> RawRegister:
    """The bundled register, extended by the files of `folder`; raises RegisterError if that is no folder."""
    bundled = _bundled()
    raw = RawRegister(dict(bundled.entries), list(bundled.ambiguous), list(bundled.faults))
    if folder:
        path = Path(folder)
        if not path.is_dir():
            raise RegisterError(
                f"the register folder {folder!r} does not exist. Make it, or correct UTBLICK_REGISTER_DIR."
            )
        own = _read(path, f"{path.resolve().name}/")
        for one, entry in own.entries.items():
            raw.entries[one] = _extended(raw.entries[one], entry) if one in raw.entries else entry
        replaced = {str(one.fields.get("name", "")).casefold() for one in own.ambiguous}
        kept = [one for one in raw.ambiguous if str(one.fields.get("name", "")).casefold() not in replaced]
        raw.ambiguous = [*kept, *own.ambiguous]
        raw.faults += own.faults
    return raw


@cache
def _bundled() -> RawRegister:
    return _read(files("ingest").joinpath("register"), "")


def _read(folder: Traversable, prefix: str) -> RawRegister:
    raw = RawRegister()
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(SUFFIX) and file.is_file():
            _read_file(raw, prefix + file.name, file)
    return raw


def _read_file(raw: RawRegister, name: str, file: Traversable) -> None:
    try:
        # Every value as written: YAML's guesses make the language `no` false and a year a number.
        content = yaml.load(file.read_bytes().decode("utf-8"), Loader=yaml.BaseLoader) or {}
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raw.faults.append(Fault(name, "", "", "", f"not YAML in UTF-8: {' '.join(str(error).split())[:200]}"))
        return
    if not isinstance(content, Mapping):
        raw.faults.append(Fault(name, "", "", "", f"the file must hold {', '.join(KEYS)}, each once"))
        return
    for key in content.keys() - set(KEYS):
        raw.faults.append(Fault(name, "", str(key), "", f"no such part; the parts are {', '.join(KEYS)}"))
    defaults = _mapping(raw, name, "defaults", content.get("defaults"))
    for fields in _mappings(raw, name, "entries", content.get("entries")):
        _add(raw, Raw(name, {**defaults, **fields}))
    for fields in _municipalities(_mapping(raw, name, "municipalities", content.get("municipalities"))):
        _add(raw, Raw(name, {**defaults, **fields}))
    raw.ambiguous += [
        Raw(name, fields) for fields in _mappings(raw, name, "ambiguous", content.get("ambiguous"))
    ]


def _mapping(raw: RawRegister, file: str, part: str, value: Any) -> Mapping[str, Any]:
    if value and not isinstance(value, Mapping):
        raw.faults.append(Fault(file, "", part, value, "write fields such as 'kind: …' here"))
        return {}
    return value or {}


def _mappings(raw: RawRegister, file: str, part: str, listed: Any) -> Iterable[Mapping[str, Any]]:
    """The mappings of a list; whatever else is in it is a fault."""
    if listed and not isinstance(listed, list):
        raw.faults.append(Fault(file, "", part, listed, "write a list: each entry begins with '- '"))
        return
    for one in listed or []:
        if isinstance(one, Mapping):
            yield one
        else:
            raw.faults.append(Fault(file, "", part, one, "write fields such as 'id: …' here"))


def _add(raw: RawRegister, entry: Raw) -> None:
    one = str(entry.fields.get("id", ""))
    if one in raw.entries and one:
        file = raw.entries[one].file
        message = f"the id is taken by an entry in {file}; choose another, or make one entry of both"
        raw.faults.append(Fault(entry.file, one, "id", one, message))
        return
    raw.entries[one or f"{entry.file} {len(raw.entries) + 1}"] = entry


def _extended(former: Raw, own: Raw) -> Raw:
    """Names are added to the former ones; every other field given takes the place of the former."""
    fields = {**former.fields, **own.fields}
    for name in ADDED:
        fields[name] = [*_list(own.fields.get(name)), *_list(former.fields.get(name))]
    if "names" in former.fields and "names" in own.fields:
        fields["names"] = {
            language: [*_of(own.fields["names"], language), *_of(former.fields["names"], language)]
            for language in ("sv", "en", "no")
        }
    return replace(own, fields=fields)


def _of(names: Any, language: str) -> list[Any]:
    return _list(names.get(language)) if isinstance(names, Mapping) else _list(names)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _municipalities(table: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """An entry for each municipality of a table: county id -> names.

    `cased` lists those whose name is also an ordinary word, `whole` those that are only meant where
    "kommun" follows.
    """
    cased, whole = set(_list(table.get("cased"))), set(_list(table.get("whole")))
    for county, listed in table.items():
        for name in _list(listed) if county not in ("cased", "whole") else []:
            yield {
                "id": f"{_slug(name)}-kommun",
                "kind": "municipality",
                "names": [f"{name} kommun", f"{name}s kommun"] if name in whole else [name],
                "cased": [name] if name in cased else [],
                "where": [county],
            }


def _slug(name: str) -> str:
    # Habo and Håbo are two.
    plain = unicodedata.normalize("NFD", name.lower().replace("å", "aa"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).replace(" ", "-")
