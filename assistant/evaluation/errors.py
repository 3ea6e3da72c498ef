"""What can go wrong with an evaluation, told to the evaluator in a line."""

from vectorstore.errors import UtblickError


class EvaluationError(UtblickError):
    """An evaluation cannot go on; the message says why and what to do."""


class RunError(EvaluationError):
    """A run's folder is missing, broken or not finished."""
