"""The weekly digest to a channel: when it is due, and what it says."""

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from sqlalchemy import select

from assistant.channels.desk.register import names_of
from assistant.channels.slack.addressing import to_thread
from assistant.channels.slack.answering.conversations import is_closed
from assistant.channels.slack.digest.digest_blocks import Digest, digest_body
from assistant.channels.slack.digest.week import asked, papers
from assistant.channels.slack.messages import Reply
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.rules import Rule
from assistant.channels.slack.wishes import Way, What, Wish
from vectorstore.catalogue import Catalogue
from vectorstore.reading import Listed
from vectorstore.slack_tables import slack_seen

log = logging.getLogger(__name__)

HOUR = 8
"""Local hour of a Monday from which the digest of the week before is sent."""


def due_digests(parts: SlackParts, now: datetime) -> int:
    """Take in a wish for every digest of this week that has not been; how many were added.

    None before Monday HOUR in this machine's zone, and none while the service is switched off. A week whose
    Monday was missed gets its digest later.
    """
    local = now.astimezone()
    if (local.weekday(), local.hour) < (0, HOUR) or parts.service.switch.state().off:
        return 0
    try:
        team = _team(parts.client)
    except (SlackClientError, OSError) as error:
        log.warning("no digests yet: Slack did not tell which team this is (%s)", type(error).__name__)
        return 0
    year, week, _ = local.isocalendar()
    keys = {channel: f"digest:{channel}:{year}-W{week:02}" for channel in digest_channels(parts, team)}
    told = _seen(parts, team, keys.values())
    return sum(
        parts.inbox.keep(Wish(What.DIGEST, Way.CLOCK, team, channel), [key])
        for channel, key in keys.items()
        if key not in told
    )


def digest_channels(parts: SlackParts, team: str) -> list[str]:
    """The channels that want a digest."""
    return [channel for channel, rule in parts.rules.named(team).items() if rule.on and rule.digest]


@cache
def _team(client: WebClient) -> str:
    """The team that the client's token is for, asked once."""
    return str(client.auth_test()["team_id"])


def compose(parts: SlackParts, wish: Wish) -> Reply:
    """The digest: of the calendar week before where the clock asked for it, else of the last seven days."""
    rule, today = parts.rules.rule(wish.team, wish.channel), parts.inbox.now().astimezone().date()
    if is_closed(parts, wish.channel, rule):
        log.warning("no digest to %s: it is shared with another organisation", wish.channel)
        return Reply(())
    told = digest(parts, rule, today, wish.way is Way.CLOCK)
    return Reply((to_thread(wish, digest_body(told, parts.settings)),))


def digest(parts: SlackParts, rule: Rule, today: date, calendar: bool) -> Digest:
    """What is told on the day `today`; of documents only those that the channel's `rule` allows."""
    last = today - timedelta(days=today.weekday() + 1) if calendar else today
    engine = parts.service.log.engine
    documents = [one for one in Catalogue(engine).documents() if _allowed(rule, one)]
    return Digest(
        last=last,
        calendar=calendar,
        asked=asked(engine, parts.settings.history_days, last),
        papers=papers(engine, documents, names_of(parts.service.store), last),
    )


def _seen(parts: SlackParts, team: str, keys: Iterable[str]) -> set[str]:
    wanted = select(slack_seen.c.key).where(slack_seen.c.team_id == team, slack_seen.c.key.in_(list(keys)))
    with parts.inbox.jobs.engine.connect() as connection:
        return set(connection.execute(wanted).scalars())


def _allowed(rule: Rule, document: Listed) -> bool:
    named = not rule.documents or document.id in rule.documents or document.source in rule.documents
    return named and (not rule.publishers or document.metadata.publisher in rule.publishers)
