"""The names by which Slack hands back what people press, choose and send."""

from enum import StrEnum


class Action(StrEnum):
    """A button under an answer. Its value is the answer's id."""

    HELPFUL = "utblick_helpful"
    UNHELPFUL = "utblick_unhelpful"
    MORE = "utblick_more"
    SHARE = "utblick_share"
    COLLEAGUE = "utblick_colleague"
    WEB = "utblick_web"


COMMAND = "/utblick"
SHORTCUT = "utblick_ask_about"
OPINION_MODAL = "utblick_opinion"
SETTINGS_MODAL = "utblick_settings"
EVENT_TYPE = "utblick"
"""The metadata's event type of every message that we post; its payload holds the key it is found by."""
