"""The file UTBLICK_SLACK_FILE: settings for Slack channels, written by whoever runs the service."""

from collections.abc import Hashable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from assistant.questions import Persona
from vectorstore.settings import PREFIX, SettingsError

PersonId = Annotated[str, StringConstraints(pattern=r"^[UWS][A-Z0-9]{2,30}$")]
"""A user (U, W) or a user group (S)."""
ChannelId = Annotated[str, StringConstraints(pattern=r"^[CG][A-Z0-9]{2,30}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=1000)]

WHERE = f"{PREFIX}SLACK_FILE"
CHANNEL = "a channel's id, such as C0123ABCD"
PERSON = "a person's id, such as U0123ABCD"


class Answers(StrEnum):
    """Who sees an answer: the thread, or only the one who asked."""

    THREAD = "thread"
    ASKER = "asker"


class Rule(BaseModel):
    """How Utblick answers in one channel. Empty `documents` and `publishers` mean all.

    `documents` are ids or sources. `colleagues` are tagged when somebody asks for a colleague. `external`
    lets it answer in a channel that is shared with another organisation.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: bool = True
    region: str = ""
    persona: Persona | None = None
    documents: tuple[Name, ...] = ()
    publishers: tuple[Name, ...] = ()
    answers: Answers = Answers.THREAD
    only_mentioned: bool = False
    colleagues: tuple[PersonId, ...] = ()
    external: bool = False
    digest: bool = False


class RulesFile(BaseModel):
    """What the file holds; `direct` is the rule of direct conversations, `usual` where it is left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    admins: tuple[PersonId, ...] = ()
    usual: Rule = Rule()
    direct: Rule | None = None
    channels: Mapping[ChannelId, Rule] = {}


class _Loader(yaml.SafeLoader):
    """YAML where a key stands once, and where `on`, `off`, `yes` and `no` are the words that they are."""


_Loader.yaml_implicit_resolvers = {
    sign: [(tag, form) for tag, form in known if tag != "tag:yaml.org,2002:bool" or sign in "tTfF"]
    for sign, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    keys = [key.value for key, _ in node.value]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise yaml.MarkedYAMLError(problem=f"{twice!r} stands twice", problem_mark=node.start_mark)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_rules_file(path: Path) -> RulesFile:
    """What the file at `path` holds; SettingsError when it cannot be read, naming the line or the key."""
    try:
        held = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{WHERE}={path}: the file cannot be read ({type(error).__name__})") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SettingsError(f"{WHERE}={path}: not YAML: {_told(error)}") from error
    try:
        return RulesFile.model_validate({} if held is None else held)
    except ValidationError as error:
        raise SettingsError(f"{WHERE}={path}: {_first(error)}") from error


def _told(error: BaseException) -> str:
    mark = getattr(error, "problem_mark", None)
    at = f"line {mark.line + 1}: " if mark else ""
    return f"{at}{getattr(error, 'problem', None) or type(error).__name__}"


def _first(error: ValidationError) -> str:
    """The first fault in words: its key, the value there and what is expected."""
    fault = error.errors()[0]
    steps = [str(step) for step in fault["loc"] if step != "[key]"]
    wanted = str(fault["msg"])
    if fault["type"] == "string_pattern_mismatch":
        wanted = f"expected {PERSON if {'admins', 'colleagues'} & set(steps) else CHANNEL}"
    if fault["type"] == "extra_forbidden":
        keys = Rule.model_fields if len(steps) > 1 else RulesFile.model_fields
        wanted = f"there is no such key; there are {', '.join(keys)}"
    return f"{'.'.join(steps) or 'the whole file'}={fault['input']!r:.200}: {wanted}"
