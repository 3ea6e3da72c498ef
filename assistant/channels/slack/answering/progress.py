"""How far a wish has come, as its job's result holds it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from assistant.channels.slack.messages import Message, Reply


@dataclass(frozen=True, slots=True)
class Progress:
    """The messages, and the time stamps (`sent`) of those that have arrived, in their order.

    `doubt` tells that the next one may have arrived as well. `faults` counts what went wrong since the last
    success, `since` is when the first of it did. `failed` is why there is no better reply than these
    messages.
    """

    messages: tuple[Message, ...] = ()
    sent: tuple[str, ...] = ()
    answer_id: str = ""
    doubt: bool = False
    faults: int = 0
    since: str = ""
    failed: str = ""

    @classmethod
    def begun(cls, reply: Reply, failed: str = "") -> Self:
        """Nothing of the reply is sent yet."""
        return cls(reply.messages, answer_id=reply.answer_id, failed=failed)

    @classmethod
    def of(cls, result: Mapping[str, Any]) -> Self:
        """The progress that `kept` made; none of an empty result."""
        return cls(
            messages=tuple(Message.of(each) for each in result.get("messages", ())),
            sent=tuple(result.get("sent", ())),
            answer_id=result.get("answer_id", ""),
            doubt=result.get("doubt", False),
            faults=result.get("faults", 0),
            since=result.get("since", ""),
            failed=result.get("failed", ""),
        )

    @property
    def next(self) -> Message | None:
        """The message to be sent now; None when all are."""
        return self.messages[len(self.sent)] if len(self.sent) < len(self.messages) else None

    def kept(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "messages": [message.kept() for message in self.messages],
            "sent": list(self.sent),
            "answer_id": self.answer_id,
            "doubt": self.doubt,
            "faults": self.faults,
            "since": self.since,
            "failed": self.failed,
        }

    def ended(self) -> dict[str, Any]:
        """What is kept when all has arrived: no words."""
        return {"answer_id": self.answer_id, "ts": next(filter(None, self.sent), "")}

    def dead(self, error: str) -> dict[str, Any]:
        """What is kept when it is given up; from it the same can be tried anew."""
        if self.failed:
            # The messages only say that there is no answer; anew means asking again.
            return {"error": error}
        return {**replace(self, faults=0, since="").kept(), "error": error}

    def arrived(self, ts: str) -> Self:
        """The next message has arrived."""
        return replace(self, sent=(*self.sent, ts), doubt=False, faults=0, since="")

    def instead(self, message: Message) -> Self:
        """The next message is to be sent so, and was not sent."""
        at = len(self.sent)
        return replace(self, messages=(*self.messages[:at], message, *self.messages[at + 1 :]), doubt=False)

    def again(self, doubt: bool, faults: int, now: datetime) -> Self:
        """It goes on later; `faults` more have been counted."""
        since = self.since or now.isoformat()
        return replace(self, doubt=doubt, faults=self.faults + faults, since=since)

    def waited(self, now: datetime) -> float:
        """Seconds since the first thing went wrong."""
        return (now - datetime.fromisoformat(self.since)).total_seconds() if self.since else 0.0
