"""What the log may hold of an error: not its text, which can hold what somebody wrote."""

from pathlib import Path
from traceback import extract_tb


def wordless(error: Exception) -> str:
    """What went wrong and where, without the error's text: it may hold what somebody wrote."""
    cause = getattr(error, "orig", None) or error
    known = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    frames = extract_tb(error.__traceback__)
    at = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{f' ({known})' if known else ''}{at}"
