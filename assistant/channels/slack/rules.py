"""How Utblick answers in each channel: as the file says, else as was set in Slack, else as usual."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from assistant.channels.slack.rules_file import Answers, Rule, RulesFile, read_rules_file
from vectorstore.settings import Settings
from vectorstore.slack_tables import slack_channels

__all__ = ["Answers", "Rule", "Rules", "RulesFile", "is_direct", "open_rules", "stamp"]

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


def is_direct(channel: str) -> bool:
    """Whether the channel is a conversation between one person and Utblick."""
    return channel.startswith("D")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of all channels, those of the file first."""

    engine: Engine
    file: RulesFile = field(default_factory=RulesFile)
    now: Callable[[], datetime] = field(default=_now)

    def rule(self, team: str, channel: str) -> Rule:
        """The rule of a channel or a direct conversation."""
        if is_direct(channel):
            return self.file.direct or self.file.usual
        if self.fixed(channel):
            return self.file.channels[channel]
        return self._stored(team, channel) or self.file.usual

    def fixed(self, channel: str) -> bool:
        """Whether the file decides alone about the channel, so that nothing is set in Slack."""
        return channel in self.file.channels

    def keep(self, team: str, channel: str, rule: Rule, user: str) -> None:
        """Have the channel answered by `rule`, as `user` set it; it is on disk when this returns."""
        values = {"settings": rule.model_dump(mode="json"), "user_id": user, "at": self.now()}
        with self.engine.execution_options(immediate=True).begin() as connection:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            keys = [slack_channels.c.team_id, slack_channels.c.channel_id]
            new = dialect.insert(slack_channels).on_conflict_do_update(index_elements=keys, set_=values)
            connection.execute(new, {"team_id": team, "channel_id": channel, **values})

    def named(self, team: str) -> Mapping[str, Rule]:
        """Every channel that the file names or that was set in Slack, with its rule."""
        of_team = slack_channels.c.team_id == team
        with self.engine.connect() as connection:
            rows = connection.execute(select(slack_channels).where(of_team)).mappings().all()
        stored = {row["channel_id"]: _read(row["settings"], row["channel_id"]) for row in rows}
        return {**stored, **self.file.channels}

    def _stored(self, team: str, channel: str) -> Rule | None:
        is_it = (slack_channels.c.team_id == team, slack_channels.c.channel_id == channel)
        with self.engine.connect() as connection:
            settings = connection.execute(select(slack_channels.c.settings).where(*is_it)).scalar()
        return None if settings is None else _read(settings, channel)


def open_rules(settings: Settings, engine: Engine) -> Rules:
    """The rules; raises SettingsError when the file cannot be read, naming the line or key."""
    if not settings.slack_file:
        return Rules(engine)
    return Rules(engine, read_rules_file(Path(settings.slack_file)))


def stamp(rule: Rule) -> str:
    """The same for the same rule, so that a change in between is noticed."""
    return hashlib.sha256(rule.model_dump_json().encode()).hexdigest()[:16]


def _read(settings: Any, channel: str) -> Rule:
    """A rule as it was stored, without what rules no longer have; one that makes no sense answers nothing."""
    try:
        known = {name: value for name, value in dict(settings).items() if name in Rule.model_fields}
        return Rule.model_validate(known)
    except (ValidationError, TypeError, ValueError):
        log.error("the settings of Slack channel %s cannot be read; Utblick is silent there", channel)
        return Rule(on=False)
