"""Slack at the desk: whether it works, what was given up and why, and how each channel is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy import select

import prompts
from assistant.channels.desk.naming import Naming
from assistant.channels.desk.shown import shown, went
from assistant.channels.desk.slack_jobs import Letter, SlackJobs
from assistant.channels.languages import page_language
from assistant.channels.local_guard import DESK, SLACK
from assistant.channels.service import Served, Service
from assistant.channels.slack.answering.delivery import BAD_BLOCKS, EXPIRED
from assistant.channels.slack.parts import SlackParts
from assistant.channels.slack.rules import Rule
from vectorstore.settings import Settings
from vectorstore.slack_tables import slack_channels

router = APIRouter(prefix=f"{DESK}/slack")

PHRASES = "desk_slack"
MOST_SHOWN = 100
DIRECT = "D"
"""What the ids of all direct conversations begin with."""

_CAUSES: Mapping[str, frozenset[str]] = {
    "gone": frozenset({"channel_not_found", "is_archived", "thread_not_found", "message_not_found"}),
    "outside": frozenset({"not_in_channel"}),
    "forbidden": frozenset({"restricted_action", "restricted_action_read_only_channel", "ekm_access_denied"}),
    "token": frozenset(
        {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission"}
    ),
    "scope": frozenset({"missing_scope"}),
    "person": frozenset({"user_not_found", "user_not_in_channel", "messages_tab_disabled", "user_disabled"}),
    "size": BAD_BLOCKS,
    "rate": frozenset({"ratelimited"}),
    "late": EXPIRED,
    "unread": frozenset({"Unread"}),
}
"""Slack's errors by the text in prompts/*/desk_slack.md that tells what they mean."""

JobId = Annotated[str, Query(max_length=100)]
FormJob = Annotated[str, Form(max_length=100)]


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel and how it is answered, in words; the usual rule has no `channel`."""

    team: str
    channel: str
    on: bool
    told: Sequence[str]
    by_file: bool


@router.get("")
def slack_page(request: Request, service: Served) -> Response:
    """How Slack is, the wishes that were given up, and the channels."""
    language = page_language(request)
    parts: SlackParts | None = request.app.state.slack
    found = SlackJobs(service.log.engine)
    return shown(
        request,
        "slack.html",
        phrases=PHRASES,
        ways=ways(service.settings) if parts else (),
        events=(service.settings.public_url or str(request.base_url).rstrip("/")) + SLACK,
        traffic=found.traffic(),
        letters=found.letters(MOST_SHOWN),
        given_up=found.given_up(),
        channels=_channels(service, parts, language) if parts else [],
        place=place,
        why=partial(why, language),
        days=service.settings.history_days,
        named=Naming(language),
    )


@router.post("/again")
def try_again(request: Request, service: Served, job: FormJob = "") -> Response:
    """Have one wish that was given up done once more, or all of them."""
    found = SlackJobs(service.log.engine)
    done = [found.again(each) for each in _chosen(found, job)]
    return went(request, "slack", said="again" if any(done) else "dealt_with", at="given-up")


@router.get("/drop")
def drop_page(request: Request, service: Served, job: JobId = "") -> Response:
    """Ask whether they are to be dropped, showing what is lost."""
    letters = _chosen(SlackJobs(service.log.engine), job)
    if not letters:
        return went(request, "slack", said="dealt_with", at="given-up")
    return shown(
        request,
        "slack_drop.html",
        phrases=PHRASES,
        letters=letters,
        job=job,
        place=place,
        why=partial(why, page_language(request)),
    )


@router.post("/drop")
def drop(request: Request, service: Served, job: FormJob = "") -> Response:
    """Drop one, or all."""
    found = SlackJobs(service.log.engine)
    done = [found.drop(each) for each in _chosen(found, job)]
    return went(request, "slack", said="dropped" if any(done) else "dealt_with", at="given-up")


def ways(settings: Settings) -> tuple[str, ...]:
    """The ways in from Slack that are set up: "http", "socket"."""
    given = {"http": settings.slack_signing_secret, "socket": settings.slack_app_token}
    return tuple(way for way, secret in given.items() if secret.get_secret_value())


def place(team: str, channel: str) -> str:
    """Where a channel opens in Slack."""
    return f"https://slack.com/app_redirect?{urlencode({'team': team, 'channel': channel})}"


def why(language: str, letter: Letter) -> str:
    """Why a wish was given up, in words."""
    x = prompts.phrases(PHRASES, language)
    known = next((cause for cause, errors in _CAUSES.items() if letter.error in errors), "")
    if known or not letter.error:
        return x[f"why_{known or 'died'}"]
    # Slack's own names are all of small letters; those of networks and programs are not.
    return x["why_refused" if letter.error.islower() else "why_unreachable" if letter.doubt else "why_other"]


def _chosen(found: SlackJobs, job: str) -> list[Letter]:
    """The one with that id, or all that are shown; nothing where it was dealt with."""
    if not job:
        return found.letters(MOST_SHOWN)
    one = found.letter(job)
    return [one] if one else []


def _channels(service: Service, parts: SlackParts, language: str) -> list[ChannelLine]:
    """Every channel with a rule of its own, then how all others are answered."""
    with service.log.engine.connect() as connection:
        rows = connection.execute(select(slack_channels.c.team_id, slack_channels.c.channel_id)).all()
    stored, by_file = {(row[0], row[1]) for row in rows}, set(parts.rules.file.channels)
    known = stored | {("", channel) for channel in by_file - {channel for _, channel in stored}}
    words = _Words(service, language)
    lines = [
        words.line(team, channel, parts.rules.rule(team, channel), channel in by_file)
        for team, channel in sorted(known, key=lambda one: (one[1], one[0]))
    ]
    direct = [words.line("", DIRECT, parts.rules.rule("", DIRECT), True)] if parts.rules.file.direct else []
    return [*lines, *direct, words.line("", "", parts.rules.rule("", ""), False)]


class _Words:
    """Puts the rules of channels into words."""

    def __init__(self, service: Service, language: str) -> None:
        self._x, self._named = prompts.phrases(PHRASES, language), Naming(language)
        documents = service.store.documents()
        self._titles = {key: each.metadata.title for each in documents for key in (each.id, each.source)}

    def line(self, team: str, channel: str, rule: Rule, by_file: bool) -> ChannelLine:
        """One channel."""
        return ChannelLine(team, channel, rule.on, self._told(rule, channel) if rule.on else [], by_file)

    def _told(self, rule: Rule, channel: str) -> list[str]:
        x = self._x
        titles = [self._titles.get(each, each) for each in rule.documents]
        told = [
            x[f"answers_{rule.answers.value}"] if channel != DIRECT else "",
            x["only_mentioned"] if rule.only_mentioned and channel != DIRECT else "",
            self._filled("region", rule.region),
            self._filled("persona", self._named("persona", rule.persona.value) if rule.persona else ""),
            self._filled("documents", "; ".join(titles)),
            self._filled("publishers", "; ".join(rule.publishers)),
            self._filled("colleagues", str(len(rule.colleagues)) if rule.colleagues else ""),
            x["external"] if rule.external else "",
            x["digest"] if rule.digest else "",
        ]
        return [each for each in told if each]

    def _filled(self, key: str, value: str) -> str:
        return prompts.fill(self._x[key], value=value) if value else ""
