"""Who may change how Utblick answers in a channel."""

import logging
from collections.abc import Mapping
from typing import Any

from assistant.channels.slack.answering.outcomes import Sent, outcome
from assistant.channels.slack.parts import SlackParts

log = logging.getLogger(__name__)

RIGHTS = ("is_admin", "is_owner", "is_primary_owner")


def may_set(parts: SlackParts, team: str, user: str) -> bool:
    """Whether `user` is among the file's admins, or an administrator or owner of the workspace `team`.

    Asks Slack. Where Slack does not tell, only the file's admins may.
    """
    if user in parts.rules.file.admins:
        return True
    told = outcome(lambda: parts.client.users_info(user=user))
    if not isinstance(told, Sent):
        log.warning("Slack did not tell who %s is: %s", user, told)
        return False
    found = told.said.get("user")
    return isinstance(found, Mapping) and _administers(found, team)


def _administers(person: Mapping[str, Any], team: str) -> bool:
    """Whether it is an administrator of ours; those of others are met in shared channels."""
    gone = any(person.get(name) for name in ("deleted", "is_bot", "is_stranger", "is_restricted"))
    everywhere = person.get("enterprise_user") or {}
    teams = {person.get("team_id"), *(everywhere.get("teams") or ())}
    return not gone and team in teams and any(person.get(name) is True for name in RIGHTS)
