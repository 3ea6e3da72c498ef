"""Scores, rules, times and other values in the words and figures of one language."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import prompts
from assistant.evaluation.results import Failure, Rule

DIGITS = {"words": 1, "evidence_mrr": 2}
"""Decimals of the scores that are no shares of all."""
_STATUS_RULES = (Rule.REFUSED, Rule.ANSWERED)


@dataclass(frozen=True, slots=True)
class Wording:
    """The texts of prompts/*/report.md, and values told with them. What has no text stands as it is."""

    language: str
    texts: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", prompts.phrases("report", self.language))

    def fill(self, key: str, **names: object) -> str:
        """The text `key` with its $names filled in."""
        return prompts.fill(self.texts[key], **names)

    def score(self, name: str) -> str:
        """ "evidence_any@5" as a reader calls it; a judge's metric as well."""
        base, _, k = name.partition("@")
        text = self.texts.get(f"score_{base}") or self.texts.get(f"judge_{base}")
        return prompts.fill(text, k=k) if text else name

    def score_help(self, name: str) -> str:
        """What the score says, in a sentence."""
        base, _, k = name.partition("@")
        return prompts.fill(self.texts.get(f"score_{base}_help", ""), k=k)

    def rule(self, rule: str) -> str:
        """The rule's short name."""
        return self.texts.get(f"rule_{rule}_name", rule)

    def failure(self, failure: Failure) -> str:
        """What the answer did wrong, in a sentence."""
        details = [each.strip() for each in failure.details if each.strip()]
        if failure.rule in _STATUS_RULES:
            details = [self.named("status", each) for each in details]
        if failure.rule is Rule.LANGUAGE:
            names = [self.named("language", each) for each in details]
            details = [name if self.language == "en" else name.lower() for name in names]
        between = f" {self.texts['or']} " if failure.rule is Rule.MISSING else "; "
        return self.fill(f"rule_{failure.rule.value}", details=between.join(details)).strip()

    def named(self, kind: str, value: str) -> str:
        """A category, language, persona, turn, status or kind of card as a reader calls it."""
        return self.texts.get(f"{kind}_{value}", value)

    def number(self, value: float, digits: int = 0) -> str:
        """The number with the language's decimal mark and a true minus."""
        shown = f"{value:.{digits}f}".replace(".", self.texts["decimal"])
        return shown.replace("-", "−") if value < 0 and shown.strip("-0.,") else shown.removeprefix("-")

    def percent(self, share: float) -> str:
        """A share as whole per cent; what is not none or all never rounds to it."""
        whole = round(share * 100)
        if whole in (0, 100) and share not in (0.0, 1.0) and 0 < share < 1:
            whole = 1 if whole == 0 else 99
        return self.fill("percent", number=self.number(whole)).replace(" ", "\u00a0")

    def value(self, name: str, value: float) -> str:
        """The value of the score `name`: in per cent, but for those in DIGITS."""
        return self.number(value, DIGITS[name]) if name in DIGITS else self.percent(value)

    def interval(self, name: str, low: float, high: float) -> str:
        """ "43–68 %" """
        if name in DIGITS:
            return f"{self.value(name, low)}–{self.value(name, high)}"
        whole = self.percent(low)
        start = "".join(each for each in whole if each.isdigit())
        return f"{start}–{self.percent(high)}"

    def change(self, name: str, value: float) -> str:
        """A difference of two values of a score, with its sign."""
        shown = self.number(value, DIGITS[name]) if name in DIGITS else self.number(value * 100, 1)
        return f"+{shown}" if value > 0 and shown.strip("0.,") else shown

    def seconds(self, value: float, digits: int | None = None) -> str:
        """A time as a reader takes it in: hundredths below a second, tenths below ten, else whole seconds."""
        if digits is None:
            digits = 0 if value >= 10 else 1 if value >= 1 else 2
        return self.fill("seconds", number=self.number(value, digits)).replace(" ", "\u00a0")

    def chance(self, p: float) -> str:
        """A p-value; "<0,001" when it is tiny."""
        return f"<{self.number(0.001, 3)}" if p < 0.001 else self.number(p, 3)

    def questions(self, n: int) -> str:
        """ "1 fråga", "12 frågor" """
        return self.fill("questions_one" if n == 1 else "questions_many", n=n)

    def date(self, iso: str) -> str:
        """ "2 januari 2030 kl. 09.05"; a text that is no ISO time stands as it is."""
        try:
            at = datetime.fromisoformat(iso)
        except ValueError:
            return iso
        clock = f"{at:%H:%M}" if self.language == "en" else f"{at:%H.%M}"
        month = self.texts["months"].split()[at.month - 1]
        return self.fill("date", day=at.day, month=month, year=at.year, time=clock)

    def listed(self, values: Sequence[object]) -> str:
        """The values with commas."""
        return ", ".join(str(each) for each in values)
