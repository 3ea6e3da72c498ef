"""What Slack sends when something is pressed, chosen or sent in."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from assistant.channels.slack.arriving.fields import Id, Name, Opaque, Part, ResponseUrl, Short, Text, Ts


class Team(Part):
    """The workspace that something was pressed in; none in an organisation's own conversations."""

    id: Id
    enterprise_id: Id | None = None


class User(Part):
    """Who pressed it."""

    id: Id
    team_id: Id | None = None


class Channel(Part):
    """Where it was pressed."""

    id: Id


class Message(Part):
    """The message that it belongs to."""

    ts: Ts
    thread_ts: Ts | None = None
    user: Id | None = None
    bot_id: Id | None = None
    text: Text = ""


class Container(Part):
    """What holds a button: a message or a view."""

    type: Name
    message_ts: Ts | None = None
    thread_ts: Ts | None = None
    channel_id: Id | None = None
    view_id: Id | None = None
    is_ephemeral: bool | None = None


class Option(Part):
    """An option that was chosen."""

    value: Short


class Chosen(Part):
    """What a person filled in or chose in one element."""

    type: Name
    value: Short | None = None
    selected_option: Option | None = None
    selected_options: list[Option] | None = None
    selected_user: Id | None = None
    selected_users: list[Id] | None = None
    selected_channel: Id | None = None
    selected_channels: list[Id] | None = None
    selected_conversation: Id | None = None
    selected_conversations: list[Id] | None = None


class PressedElement(Chosen):
    """One element that was pressed."""

    action_id: Name
    block_id: Opaque | None = None
    action_ts: Ts | None = None


class State(Part):
    """What a view holds, by block and element."""

    values: Annotated[dict[Opaque, dict[Name, Chosen]], Field(max_length=100)] = {}


class View(Part):
    """A modal."""

    id: Id
    type: Name
    callback_id: Short
    team_id: Id | None = None
    private_metadata: Short = ""
    hash: Opaque | None = None
    root_view_id: Id | None = None
    previous_view_id: Id | None = None
    state: State | None = None


class _Interaction(Part):
    user: User
    team: Team | None = None
    enterprise: Team | None = None
    is_enterprise_install: bool | None = None
    trigger_id: Opaque

    @model_validator(mode="after")
    def _has_team(self) -> Self:
        if self.team is None and self.user.team_id is None:
            raise ValueError("no team")
        return self


class Shortcut(_Interaction):
    """A shortcut on a message."""

    type: Literal["message_action"]
    callback_id: Name
    channel: Channel
    message: Message
    response_url: ResponseUrl


class Pressed(_Interaction):
    """A button, or another element that tells at once."""

    type: Literal["block_actions"]
    actions: Annotated[list[PressedElement], Field(min_length=1, max_length=25)]
    container: Container
    channel: Channel | None = None
    message: Message | None = None
    view: View | None = None
    state: State | None = None
    response_url: ResponseUrl | None = None


class Submitted(_Interaction):
    """A modal was sent in."""

    type: Literal["view_submission"]
    view: View
