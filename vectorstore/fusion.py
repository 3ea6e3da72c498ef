"""How the legs of a search count: `fusion.yaml`, which also holds the figures that justify it."""

import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import yaml

FILE = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each leg's score is multiplied by.

    `late` and `dense` are cosines in [-1, 1]; `lexical` and `document` are shares of what a passage, or a
    document, could have at most for the question's terms, in [0, 1].
    """

    late: float
    lexical: float
    document: float
    dense: float

    def factors(self, highest: float) -> dict[str, float]:
        """What each leg's score, as a hit tells it, is multiplied by; `highest` is the most BM25 can give."""
        return asdict(self) | {"lexical": self.lexical / highest, "document": self.document / highest}


def read_weights(path: Path = FILE) -> Weights:
    """The weights in the file; ValueError for one that is missing, unknown or not a number of 0 or more."""
    given = yaml.safe_load(path.read_text("utf-8"))
    names = [field.name for field in fields(Weights)]
    if not isinstance(given, dict) or set(given) != set(names):
        held = list(given) if isinstance(given, dict) else given
        raise ValueError(f"{path} must hold {names}, and holds {held}")
    if wrong := {name: value for name, value in given.items() if not _is_weight(value)}:
        raise ValueError(f"{path}: {wrong} are no weights; a weight is a number of 0 or more")
    return Weights(**{name: float(value) for name, value in given.items()})


def _is_weight(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf
