"""What readers call the values that the question log and the figures hold."""

import prompts
from assistant.channels.desk.filters import NOBODY
from assistant.desk.themes import theme_name
from assistant.desk.wanted import HELPFUL, UNHELPFUL
from assistant.evaluation.wording import Wording
from assistant.question_log import Logged


class Naming:
    """What readers in a language call the values that the log and the figures hold."""

    def __init__(self, language: str) -> None:
        self.language, self.x = language, prompts.phrases("desk_questions", language)
        self._wording = Wording(language)

    def __call__(self, kind: str, value: str) -> str:
        """A status, language, persona, theme, region, channel or opinion."""
        if kind == "theme":
            return theme_name(value, self.language, self.x["theme_other"])
        if kind in ("region", "persona", "channel") and value in ("", NOBODY):
            return self.x[f"{kind}_none"]
        if kind in ("channel", "opinion"):
            return self.x.get(f"{kind}_{value}", value)
        return value if kind == "region" else self._wording.named(kind, value)

    def number(self, count: int) -> str:
        """A count with its thousands apart: "12 837", in English "12,837"."""
        return f"{count:,}" if self.language == "en" else f"{count:,}".replace(",", "\u00a0")

    def seconds(self, logged: Logged) -> str:
        """How long the answer took; empty where that was not measured."""
        taken = logged.answer.seconds.get("total")
        return "" if taken is None else self._wording.seconds(taken)

    def opinion(self, logged: Logged) -> str:
        """What the user thought of the answer; empty where they did not say."""
        view = logged.view
        return "" if view is None else self("opinion", HELPFUL if view.helpful else view.reason or UNHELPFUL)
