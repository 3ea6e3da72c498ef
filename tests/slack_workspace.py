"""A workspace as Slack keeps it: people, channels, messages, modals and what may still be answered."""

import secrets
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

Json = dict[str, Any]
SCOPES = (
    "app_mentions:read,assistant:write,channels:history,channels:read,chat:write,commands,groups:history,"
    "groups:read,im:history,im:read,im:write,mpim:history,mpim:read,reactions:write,users:read"
)
TRIGGER_SECONDS, URL_SECONDS, URL_USES = 3.0, 1800.0, 5


class Refusal(Exception):
    """Slack says no, by the name of an error."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer = {"ok": False, "error": error, **more}


@dataclass
class ResponseUrl:
    """An address that takes replies to one interaction, five times in half an hour."""

    channel: str
    user: str
    original: str = ""
    made: float = field(default_factory=time.monotonic)
    uses: int = 0


class Workspace:
    """All state; every change is made under `lock`."""

    team, app_id, bot_user, bot_id = "T0PAHITT", "A0UTBLICK", "U0UTBLICK", "B0UTBLICK"

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.bot_token = "xoxb-" + secrets.token_hex(12)
        self.app_token = "xapp-1-" + secrets.token_hex(12)
        self.signing_secret = secrets.token_hex(16)
        self.scopes = SCOPES.split(",")
        self.users: dict[str, Json] = {}
        self.channels: dict[str, Json] = {}
        self.spoken: list[Json] = []
        self.views: list[Json] = []
        self.reactions: list[tuple[str, str, str]] = []
        self.statuses: list[tuple[str, str, str]] = []
        self.prompts: list[Json] = []
        self.titles: list[tuple[str, str, str]] = []
        self.urls: dict[str, ResponseUrl] = {}
        self.triggers: dict[str, float] = {}
        self._numbers = count(1)
        self.add_user(self.bot_user, "utblick", is_bot=True)
        self.add_user("U0ANNA", "anna", real_name="Anna Ek")
        self.add_user("U0ADMIN", "ada", real_name="Ada Ask", is_admin=True)
        self.add_channel("C0OMVARLD", "omvarld")
        self.add_channel("C0ANNAN", "annan")
        self.add_channel("C0DELAD", "delad", is_ext_shared=True, is_shared=True)
        self.add_channel("C0UTANFOR", "utanfor", is_member=False)

    def add_user(self, id: str, name: str, **more: Any) -> str:
        """A person or a bot; `more` are Slack's own names, such as is_admin or locale."""
        kinds = dict.fromkeys(
            ("is_admin", "is_owner", "is_bot", "is_restricted", "is_stranger", "deleted"), False
        )
        self.users[id] = {
            "id": id,
            "team_id": self.team,
            "name": name,
            "real_name": name,
            "tz": "Europe/Stockholm",
            **kinds,
            **more,
        }
        return id

    def add_channel(self, id: str, name: str, **more: Any) -> str:
        """A conversation that the app is in, unless `more` says is_member=False."""
        kinds = dict.fromkeys(
            ("is_im", "is_mpim", "is_private", "is_archived", "is_ext_shared", "is_shared"), False
        )
        known = {"id": id, "name": name, "is_channel": True, "is_member": True, **kinds, **more}
        self.channels[id] = known
        return id

    def dm(self, user: str) -> str:
        """The direct conversation between the app and a person."""
        id = "D" + user[1:]
        with self.lock:
            if id not in self.channels:
                self.add_channel(id, "", is_im=True, is_channel=False, user=user)
        return id

    def ts(self) -> str:
        """A time stamp that no other message has, larger than all before."""
        return f"{int(time.time())}.{next(self._numbers):06d}"

    def add(self, channel: str, user: str, text: str, **more: Any) -> Json:
        """A message as Slack stores it, seen by everyone there unless `ephemeral_for` names a person."""
        with self.lock:
            message = {"ts": self.ts(), "channel": channel, "user": user, "text": text, "blocks": [], **more}
            for name in ("thread_ts", "metadata", "ephemeral_for"):
                message.setdefault(name, None)
            self.spoken.append(message)
        return message

    def messages(self, channel: str | None = None, thread: str | None = None) -> list[Json]:
        """Every message there in order, people's and ours, ephemeral ones too."""
        with self.lock:
            return [
                dict(each)
                for each in self.spoken
                if channel in (None, each["channel"]) and thread in (None, each["thread_ts"], each["ts"])
            ]

    def ours(self, channel: str | None = None, thread: str | None = None) -> list[Json]:
        """Those of them that the app sent."""
        return [each for each in self.messages(channel, thread) if each["user"] == self.bot_user]

    def found(self, channel: str, ts: str) -> Json:
        """The stored message itself; Refusal when there is none."""
        for each in self.spoken:
            if (each["channel"], each["ts"]) == (channel, ts) and not each["ephemeral_for"]:
                return each
        raise Refusal("message_not_found")

    def trigger(self) -> str:
        """A trigger_id, good for three seconds from when its payload is sent."""
        trigger = f"{next(self._numbers)}.{self.team}.{secrets.token_hex(8)}"
        self.sent_now({"trigger_id": trigger})
        return trigger

    def sent_now(self, payload: Json) -> None:
        """The payload leaves Slack now: its trigger_id counts from here."""
        if trigger := payload.get("trigger_id"):
            with self.lock:
                self.triggers[trigger] = time.monotonic()

    def use_trigger(self, trigger: str) -> None:
        """Refusal where it is unknown, used or too old."""
        with self.lock:
            sent = self.triggers.get(trigger)
            if sent is None:
                raise Refusal("invalid_trigger_id")
            if sent < 0:
                raise Refusal("exchanged_trigger_id")
            if time.monotonic() - sent > TRIGGER_SECONDS:
                raise Refusal("expired_trigger_id")
            self.triggers[trigger] = -1.0

    def use_url(self, key: str) -> ResponseUrl:
        """The reply address, counted as used once more; Refusal where it takes no more."""
        with self.lock:
            url = self.urls.get(key)
            if url is None or time.monotonic() - url.made > URL_SECONDS:
                raise Refusal("expired_url")
            if url.uses >= URL_USES:
                raise Refusal("used_url")
            url.uses += 1
            return url
