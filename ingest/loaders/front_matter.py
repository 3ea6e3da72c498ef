"""The YAML between two lines of three dashes at the head of a Markdown file."""

import re
from collections.abc import Mapping

import yaml

from ingest.statuses import FileStatus, Unreadable

_END = r"[ \t]*(?:\r\n|\r|\n)"
_FRONT_MATTER = re.compile(rf"---{_END}((?:.*?(?:\r\n|\r|\n))??)(?:---|\.\.\.)(?:{_END}|[ \t]*\Z)", re.DOTALL)
_LIMIT = 64 * 1024  # characters; a page of settings is about 2000


def split_front_matter(text: str) -> tuple[Mapping[str, object], int]:
    """The front matter and the offset at which the body begins ({} and 0 where there is none).

    Every value is a string, or a list or mapping of them: YAML's own guesses would make `no` false
    and 2019 a number. Raises Unreadable, with the line, when it is not YAML.
    """
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, 0
    try:
        values = _parsed(found.group(1))
    except yaml.MarkedYAMLError as error:
        line = 2 + (error.problem_mark.line if error.problem_mark else 0)
        detail = f"line {line} of its front matter is not YAML ({error.problem})"
        raise Unreadable(FileStatus.DAMAGED, detail) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(FileStatus.DAMAGED, f"its front matter cannot be read ({error})") from error
    if not isinstance(values, dict):  # two thematic breaks with prose between them
        return {}, 0
    return {str(key): value for key, value in values.items()}, found.end()


def _parsed(source: str) -> object:
    """The YAML value; aliases are refused, since a few lines of them can stand for gigabytes."""
    if len(source) > _LIMIT:
        raise ValueError(f"more than {_LIMIT:,} characters")
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(source, Loader=yaml.BaseLoader)):
        raise ValueError("it uses YAML aliases")
    return yaml.load(source, Loader=yaml.BaseLoader)
