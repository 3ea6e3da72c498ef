"""Who asks, as they say themselves: the county and the kind of organisation, kept in the page's address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from assistant.channels.service import Library
from assistant.questions import Persona
from vectorstore.entities import Kind
from vectorstore.naming import Names


@runtime_checkable
class Registered(Protocol):
    """A library that has a register."""

    @property
    def names(self) -> Callable[[], Names]: ...


@dataclass(frozen=True, slots=True)
class Asker:
    """What someone said of themselves; `region` is a county of the register, empty where none was said."""

    region: str = ""
    persona: Persona | None = None

    def address(self) -> dict[str, str]:
        """As it stands in an address, without what was not said."""
        said = {"region": self.region, "persona": self.persona or ""}
        return {name: str(value) for name, value in said.items() if value}


def read_asker(given: Mapping[str, object], counties: tuple[str, ...]) -> Asker:
    """Who asks by the fields `region` and `persona`; what is no county and no persona counts as not said."""
    region, persona = str(given.get("region") or ""), str(given.get("persona") or "")
    return Asker(region if region in counties else "", Persona(persona) if persona in set(Persona) else None)


def counties(store: Library) -> tuple[str, ...]:
    """The counties, and the regions abroad that documents are from, in the register's order."""
    if not isinstance(store, Registered):
        return ()
    places = (one for one in store.names().register.entities if one.kind is Kind.REGION)
    # A former county is an entity too, whose region has another name.
    return tuple(one.name for one in places if one.region == one.name)
