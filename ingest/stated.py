"""Metadata that a person wrote: a sidecar file or front matter, checked field by field."""

from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from vectorstore.stated_fields import LONGEST, StatedMetadata, faults_of

SIDECAR_SUFFIX = ".meta.yaml"


class MetadataError(Exception):
    """A sidecar or front matter cannot be used; the message names field, value and what is expected."""


def read_sidecar(data: bytes, name: str) -> dict[str, Any]:
    """The fields of a sidecar file; raises MetadataError."""
    try:
        # Every value as written: YAML's guesses make `no` false, and fail on a date that is none.
        stated = yaml.load(data.decode("utf-8"), Loader=yaml.BaseLoader)
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise MetadataError(f"{name} is not YAML in UTF-8: {_first_line(error)}") from error
    return check_stated(stated or {}, name)


def read_front_matter(stated: Mapping[str, Any], name: str) -> tuple[dict[str, Any], list[str]]:
    """The fields of front matter and a warning about those of other tools; raises MetadataError.

    Site generators and note programs keep fields of their own there, so unknown ones are no error.
    """
    names = set(StatedMetadata.model_fields) | {"region", "source"}
    unknown = sorted(str(field) for field in stated if field not in names)
    warnings = [f"front matter not used: {', '.join(unknown)[:LONGEST]}"] if unknown else []
    return check_stated({key: value for key, value in stated.items() if key in names}, name), warnings


def check_stated(stated: object, name: str) -> dict[str, Any]:
    """The filled fields of stated metadata as read from YAML; raises MetadataError."""
    if not isinstance(stated, Mapping):
        raise MetadataError(f"{name} must hold fields such as 'title: …', not {type(stated).__name__}")
    filled = {key: value for key, value in stated.items() if value not in ("", None)}
    try:
        return StatedMetadata.model_validate(filled).fields()
    except ValidationError as error:
        fault = faults_of(error)[0]
        if fault.code == "extra_forbidden":
            known = ", ".join(sorted(StatedMetadata.model_fields))
            raise MetadataError(f"{name}: {fault.field!r} is not a field. Fields: {known}") from error
        raise MetadataError(f"{name}: {fault.field} = {repr(fault.value)[:80]}: {fault.text}") from error


def _first_line(error: Exception) -> str:
    return str(error).replace("\n", " ")[:200]
