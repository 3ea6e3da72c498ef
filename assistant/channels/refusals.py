"""What is wrong with a command's input, told in a line."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def refused_in_a_line(language: str) -> Iterator[None]:
    """Turn a Problem, or a field of the wrong form, into a usage error in `language`."""
    from pydantic import ValidationError

    from assistant.channels.problems import Problem, problem_body

    try:
        yield
    except Problem as problem:
        told = problem_body(problem, problem.language or language, "")
        raise typer.BadParameter(f"{told['title']} {told['detail']}") from problem
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise typer.BadParameter(f"{field}: {first['msg']}") from error
