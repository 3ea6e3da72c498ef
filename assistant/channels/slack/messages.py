"""What is sent to Slack, as the job that sends it holds it until it has arrived."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

Block = Mapping[str, Any]
"""One Block Kit block, as JSON types."""


class How(StrEnum):
    """How it is sent: for everyone there to see (POST) or for one person (the others)."""

    POST = "post"
    EPHEMERAL = "ephemeral"
    RESPOND = "respond"
    PROMPTS = "prompts"


@dataclass(frozen=True, slots=True)
class Body:
    """What one message says: `blocks`, and in `text` the same for notifications, escaped for Slack."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A body and where it goes. PROMPTS proposes `prompts` (title, question) in the assistant's pane.

    `open` makes a RESPOND visible for everyone in the channel.
    """

    how: How
    channel: str
    body: Body
    thread: str = ""
    user: str = ""
    response_url: str = ""
    open: bool = False
    prompts: tuple[tuple[str, str], ...] = field(default=())

    def kept(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Message":
        """The message that `kept` made."""
        body = Body(kept["body"]["text"], tuple(kept["body"]["blocks"]))
        prompts = tuple((title, text) for title, text in kept["prompts"])
        return cls(**{**kept, "how": How(kept["how"]), "body": body, "prompts": prompts})


@dataclass(frozen=True, slots=True)
class Reply:
    """What a wish comes to: messages in their order, and the answer among them, if there is one."""

    messages: tuple[Message, ...]
    answer_id: str = ""
