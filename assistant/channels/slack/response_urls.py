"""Where replies to commands and buttons may be sent: to Slack, and nowhere else."""

from urllib.parse import urlsplit

HOOKS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})


def is_slacks(address: str, api: str) -> bool:
    """Whether a response address leads to Slack, or to the host that `api` names instead of it."""
    try:
        parts, ours = urlsplit(address), urlsplit(api)
    except ValueError:
        return False
    if parts.scheme == "https" and parts.netloc in HOOKS:
        return True
    return bool(ours.netloc) and (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
