"""`utblick slack`: answering over Socket Mode, the app manifest, the check and the digest."""

import json
import re
from datetime import date
from typing import Annotated

import typer

from assistant.channels.slack.setup.manifest import Pane, manifest_text
from vectorstore.settings import PREFIX, Settings, SettingsError, read_settings

slack = typer.Typer(help="Slack: answer over Socket Mode; the app manifest, a check and the weekly digest.")

# As for the other commands, what takes seconds to load is imported when a command runs.


@slack.callback(invoke_without_command=True)
def answer(context: typer.Context) -> None:
    """Answer in Slack over Socket Mode until told to stop; needs no address that Slack can reach."""
    if context.invoked_subcommand is None:
        from assistant.channels.slack.setup.running import answer_until_stopped

        answer_until_stopped(read_settings())


@slack.command()
def manifest(
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode instead of HTTP.")] = False,
    url: Annotated[str, typer.Option(help="Where Slack reaches the server; else the public URL.")] = "",
    pane: Annotated[Pane, typer.Option(help="Which of Slack's panes; none on free plans.")] = Pane.ASSISTANT,
) -> None:
    """The app manifest, to be pasted where Slack makes apps."""
    settings = read_settings()
    if socket and url:
        raise typer.BadParameter("Socket Mode needs no --url")
    address = "" if socket else url or settings.public_url
    if not (socket or address):
        raise SettingsError(
            f"{PREFIX}PUBLIC_URL is empty: give --url https://…, where Slack reaches the server, or --socket"
        )
    print(manifest_text(settings.language, address, pane), end="")


@slack.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """What is set up and what is missing, in words. Ends with 1 when something needed is missing."""
    from assistant.channels.slack.setup.checking import check as look
    from assistant.channels.slack.setup.findings import State

    found = look(read_settings())
    lacking = sum(one.state is State.MISSING for one in found)
    if as_json:
        told = [{"what": one.what, "state": one.state.value, "text": one.text} for one in found]
        print(json.dumps({"ok": not lacking, "findings": told}, ensure_ascii=False))
    else:
        print("\n".join(one.line() for one in found))
        print(f"{lacking} missing." if lacking else "Nothing is missing.")
    if lacking:
        raise typer.Exit(1)


@slack.command()
def digest(
    channel: Annotated[str, typer.Option(help="The id of the channel, C….")] = "",
    show: Annotated[bool, typer.Option("--print", help="Print it here instead of sending it.")] = False,
) -> None:
    """Send the digest of the last seven days to a channel now, or print it."""
    if not (channel or show):
        raise typer.BadParameter("give --channel, --print, or both")
    if channel and not re.fullmatch(r"[CDG][A-Z0-9]{2,30}", channel):
        raise typer.BadParameter(f"{channel}: give the channel's id, such as C0123ABCD, not its name")
    settings = read_settings()
    if show:
        _print_digest(settings, channel)
    else:
        _send_digest(settings, channel)


def _print_digest(settings: Settings, channel: str) -> None:
    from assistant.channels.slack.digest.digest import digest as told
    from assistant.channels.slack.digest.digest_blocks import as_text, digest_body
    from assistant.channels.slack.setup.running import built, opened
    from assistant.channels.slack.setup.workspace import identity

    team = identity(settings)["team_id"] if channel else ""
    with built(settings) as parts, opened(parts) as slack_parts:
        today = date.today()
        rule = slack_parts.rules.rule(team, channel)
        print(as_text(digest_body(told(slack_parts, rule, today, calendar=False), settings)))


def _send_digest(settings: Settings, channel: str) -> None:
    from assistant.channels.slack.inbox import Inbox
    from assistant.channels.slack.setup.workspace import identity
    from assistant.channels.slack.wishes import Way, What, Wish
    from vectorstore.database import open_database
    from vectorstore.jobs import Jobs

    team = identity(settings)["team_id"]
    engine = open_database(settings)
    try:
        Inbox(Jobs(engine)).keep(Wish(What.DIGEST, Way.COMMAND, team, channel), [])
    finally:
        engine.dispose()
    print("The digest waits to be sent, by `utblick serve` or `utblick slack`.")
