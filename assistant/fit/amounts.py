"""Numbers and sums of money as people write them, in figures or in words."""

import re
from dataclasses import dataclass
from functools import cache

from assistant.fit.signs import AMOUNT, number_words, table

KRONOR_PER_EURO = (8.0, 14.0)
"""Bounds that the rate has kept within since 2000: a comparison across currencies must hold at both."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole kronor, Swedish or Norwegian, or in euro."""

    amount: float
    euro: bool = False

    def in_kronor(self) -> tuple[float, float]:
        """The least and the most kronor that it may be."""
        low, high = KRONOR_PER_EURO if self.euro else (1.0, 1.0)
        return self.amount * low, self.amount * high


def number(text: str) -> float | None:
    """The value of a number in figures or words; None for anything else."""
    text = text.strip().casefold()
    if text in table("numbers"):
        return float(table("numbers")[text])
    if not re.fullmatch(AMOUNT, text):
        return None
    grouped = re.sub(r"(?<=\d)[  .](?=\d{3}(?!\d))", "", text)
    return float(grouped.replace(",", "."))


def sums(text: str) -> list[tuple[int, Money]]:
    """The sums of money in `text` with where they start; a range such as "1–150 mkr" gives both ends."""
    found = (match for match in _money().finditer(text) if match["scale"] or match["unit"])
    return [(match.start(), money) for match in found for money in _read(match)]


def _read(match: re.Match[str]) -> list[Money]:
    unit = (match["unit"] or "").casefold()
    scale_word = (match["scale"] or "").casefold()
    scale = table("scales").get(scale_word, table("scales").get(unit, 1))
    euro = unit in table("euro") or scale_word == "meur" or "€" in match.group()
    values = [number(one) for one in (match["low"], match["high"]) if one]
    return [Money(value * scale, euro) for value in values if value is not None]


@cache
def _money() -> re.Pattern[str]:
    scales = "|".join(sorted(table("scales"), key=len, reverse=True))
    units = "|".join(sorted({*table("euro"), *table("kronor")}, key=len, reverse=True))
    one = number_words()
    return re.compile(
        rf"(?<!\w)(?:€\s?)?(?P<low>{one})(?:\s?[–-]\s?(?P<high>{one}))?\s?(?P<scale>{scales})?(?!\w)"
        rf"\s?(?P<unit>{units})?(?!\w)",
        re.IGNORECASE,
    )
