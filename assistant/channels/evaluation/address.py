"""Where the evaluators' pages are."""

ADDRESS = "/evaluation"


def is_evaluation(path: str) -> bool:
    """Whether `path` is one of the evaluators' pages."""
    return path == ADDRESS or path.startswith(f"{ADDRESS}/")
