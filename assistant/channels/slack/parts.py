"""What the Slack channel works with, put together from what every channel has."""

from dataclasses import dataclass

from slack_sdk import WebClient

from assistant.channels.service import Service
from assistant.channels.slack.inbox import Inbox
from assistant.channels.slack.rules import Rules, open_rules
from assistant.channels.slack.threads import Threads
from vectorstore.settings import PREFIX, Settings, SettingsError

CALL_SECONDS = 10
"""Longest wait for Slack to take a message; what comes of one that took longer is looked up."""


@dataclass(frozen=True, slots=True)
class SlackParts:
    """One per process. `client` never tries again by itself: delivery.py decides that."""

    service: Service
    client: WebClient
    inbox: Inbox
    rules: Rules
    threads: Threads

    @property
    def settings(self) -> Settings:
        """The settings of the process."""
        return self.service.settings


def wants_slack(settings: Settings) -> bool:
    """Whether Slack is set up; SettingsError where that was begun and not finished."""
    secret, bot, app = (
        getattr(settings, name).get_secret_value()
        for name in ("slack_signing_secret", "slack_bot_token", "slack_app_token")
    )
    if (secret or app) and not bot:
        raise SettingsError(f"{PREFIX}SLACK_BOT_TOKEN is empty: Slack answers need it. See docs/slack.md.")
    if bot and not (secret or app):
        raise SettingsError(
            f"{PREFIX}SLACK_SIGNING_SECRET and {PREFIX}SLACK_APP_TOKEN are empty: nothing can come in from "
            "Slack. Set the first for HTTP, the second for `utblick slack`. See docs/slack.md."
        )
    return bool(bot)


def slack_parts(service: Service) -> SlackParts:
    """The Slack channel over `service`; raises SettingsError for a faulty file of channels."""
    settings = service.settings
    engine = service.log.engine
    return SlackParts(
        service=service,
        client=WebClient(
            token=settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_url,
            timeout=CALL_SECONDS,
            retry_handlers=[],
        ),
        inbox=Inbox(service.jobs),
        rules=open_rules(settings, engine),
        threads=Threads(engine),
    )
