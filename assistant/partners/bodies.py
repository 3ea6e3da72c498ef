"""What sort of body an entity of the register is, told by its names and its note."""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files

import yaml

from vectorstore.entities import Entity, Kind


class Body(StrEnum):
    """The sorts of partner that a question may want."""

    PUBLIC = "public"
    RESEARCH = "research"
    CLUSTER = "cluster"
    SUPPORT = "support"
    NETWORK = "network"
    EU = "eu"
    ABROAD = "abroad"
    OTHER = "other"


DOORS_OF_FIRMS = (Body.SUPPORT, Body.NETWORK, Body.PUBLIC)
"""Whom a firm turns to, first to last: business support before the region."""
DOORS_OF_PUBLIC_BODIES = (Body.PUBLIC, Body.EU, Body.NETWORK)
"""Whom a municipality, a region or an authority turns to."""


@cache
def _signs() -> dict[Body, re.Pattern[str]]:
    listed = yaml.safe_load(files("assistant.partners").joinpath("bodies.yaml").read_text("utf-8"))
    return {Body(kind): re.compile("|".join(signs), re.IGNORECASE) for kind, signs in listed.items()}


def body_of(entity: Entity) -> Body | None:
    """The sort of body; None for what nobody can turn to, such as a programme or a Swedish county."""
    if entity.kind is Kind.REGION:
        return None if _is_swedish(entity) else Body.ABROAD
    if entity.kind not in (Kind.ORGANISATION, Kind.PROJECT):
        return None
    found = _by_signs(entity.recognised) or _by_signs([entity.note])
    if entity.kind is Kind.PROJECT:
        return found if found in (Body.SUPPORT, Body.CLUSTER, Body.NETWORK) else None
    return found or Body.OTHER


def _by_signs(texts: Sequence[str]) -> Body | None:
    return next((body for body, sign in _signs().items() if any(map(sign.search, texts))), None)


def _is_swedish(region: Entity) -> bool:
    """A county, known by its name as one, or a part of the country made up of counties."""
    return bool(region.where) or any(name.casefold().endswith(" län") for name in region.names["sv"])
