"""`utblick register`: check the register's files, and show what it knows of a name."""

import json
from dataclasses import asdict
from difflib import get_close_matches
from typing import Annotated, Any

import typer

from ingest.register.faults import RegisterError
from ingest.register.loading import load_register, read_register
from vectorstore.catalogue import Catalogue, open_catalogue
from vectorstore.entities import Ambiguous, Entity, Mentioning, entity_record
from vectorstore.naming import Names
from vectorstore.settings import read_settings
from vectorstore.stored_register import StoredNames, read_mentioning

register = typer.Typer(help="Check or show the register of names.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
SUGGESTED = 3


@register.command("check")
def check_register(
    folder: Annotated[
        str, typer.Argument(help="A folder with entries of your own; else that of UTBLICK_REGISTER_DIR.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Every fault in the register's files. Exits with 1 if there is one."""
    loaded = read_register(folder or read_settings().register_dir)
    found = loaded.register
    if as_json:
        faults = [asdict(fault) | {"value": str(fault.value or "")} for fault in loaded.faults]
        counts = {"entities": len(found.entities), "ambiguous": len(found.ambiguous)}
        print(json.dumps({**counts, "faults": faults}, ensure_ascii=False))
    elif loaded.faults:
        print("\n".join(map(str, loaded.faults)))
    else:
        print(f"{len(found.entities)} entries and {len(found.ambiguous)} ambiguous names are in order.")
    if loaded.faults:
        raise typer.Exit(1)


@register.command("show")
def show_entity(
    name: Annotated[str, typer.Argument(help="A name in any language, an abbreviation or an id.")],
    as_json: AsJson = False,
) -> None:
    """What the register knows of a name, and the documents that mention it."""
    settings = read_settings()
    catalogue = open_catalogue(settings)
    try:
        names = _stored(catalogue) or Names(load_register(settings.register_dir))
        found, meanings = names.look_up(name), names.meanings(name)
        if not found and not meanings:
            raise RegisterError(_unknown(name, names))
        with catalogue.reading() as connection:
            shown = [(entity, read_mentioning(connection, entity.id)) for entity in found]
    finally:
        catalogue.close()
    if as_json:
        known = [_record(entity, names, documents) for entity, documents in shown]
        told = asdict(meanings) if meanings else None
        print(json.dumps({"ambiguous": told, "entities": known}, ensure_ascii=False))
        return
    parts = [_ambiguous_lines(meanings)] if meanings else []
    parts += [_lines(entity, names, documents) for entity, documents in shown]
    print("\n\n".join("\n".join(lines) for lines in parts))


def _stored(catalogue: Catalogue) -> Names | None:
    with catalogue.reading() as connection:
        names = StoredNames().read(connection)
    return names if names.entities else None


def _unknown(name: str, names: Names) -> str:
    known = {one.casefold(): one for entity in names.register.entities for one in entity.recognised}
    near = [known[one] for one in get_close_matches(name.casefold(), known, SUGGESTED)]
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"the register has no {name!r}.{hint} docs/register.md tells how to add an entry."


def _record(entity: Entity, names: Names, documents: list[Mentioning]) -> dict[str, Any]:
    around = {
        "successors": [one.name for one in names.successors(entity)],
        "predecessors": [one.name for one in names.predecessors(entity)],
        "counties": [one.name for one in names.counties(entity)],
    }
    return entity_record(entity) | {"around": around, "documents": [asdict(one) for one in documents]}


def _ambiguous_lines(one: Ambiguous) -> list[str]:
    meanings = [
        f"  {meaning.text}" + (f" ({meaning.entity})" if meaning.entity else "") for meaning in one.meanings
    ]
    note = [f"note: {one.note}"] if one.note else []
    return [f"{one.name} is ambiguous; alone it is not linked to any of", *meanings, *note]


def _counted(passages: int) -> str:
    return "1 passage" if passages == 1 else f"{passages} passages"


def _lines(entity: Entity, names: Names, documents: list[Mentioning]) -> list[str]:
    span = "–".join(entity.period) if any(entity.period) else ""
    source = ", ".join(
        filter(None, [entity.source, entity.as_of, entity.confidence and f"{entity.confidence} confidence"])
    )
    told = {
        "status": " ".join(filter(None, [entity.status, span])),
        **{language: ", ".join(given) for language, given in entity.names.items()},
        "short": ", ".join(entity.abbreviations),
        "also written": ", ".join(entity.variants),
        "after it": ", ".join(one.name for one in names.successors(entity)),
        "before it": ", ".join(one.name for one in names.predecessors(entity)),
        "where": ", ".join(names.entities[one].name for one in entity.where if one in names.entities),
        "note": entity.note,
        "source": source,
    }
    lines = [f"{entity.name} ({entity.kind}, {entity.id})"]
    lines += [f"  {field}: {value}" for field, value in told.items() if value]
    lines += [f"  named in {one.source} ({_counted(one.passages)}): {one.title}" for one in documents]
    return lines if documents else [*lines, "  no stored document names it"]
