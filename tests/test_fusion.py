"""The weights of the legs: what the file may hold."""

from pathlib import Path

import pytest

from vectorstore.fusion import Weights, read_weights

RIGHT = "late: 1\nlexical: 0.25\ndocument: 0\ndense: .5\n"


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "weights.yaml"
    path.write_text(text, "utf-8")
    return path


def test_our_own_weights_can_be_read() -> None:
    weights = read_weights()
    assert min(weights.late, weights.lexical, weights.document, weights.dense) >= 0
    assert weights.late > 0


def test_numbers_of_zero_or_more(tmp_path: Path) -> None:
    assert read_weights(file(tmp_path, RIGHT)) == Weights(1.0, 0.25, 0.0, 0.5)


@pytest.mark.parametrize("value", ["-0.1", "true", ".nan", ".inf", "-.inf", "'1'", "[1]", "", "1,5"])
def test_what_is_no_weight_is_named(tmp_path: Path, value: str) -> None:
    path = file(tmp_path, RIGHT.replace("0.25", value))
    with pytest.raises(ValueError, match=r"weights\.yaml: \{'lexical': .*\} are no weights; .* 0 or more"):
        read_weights(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "- late\n- lexical\n",
        "late",
        "7",
        RIGHT + "other: 1\n",
        RIGHT[8:],
        RIGHT + "1: 1\n",
    ],
)
def test_names_that_are_missing_or_unknown(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match=r"weights\.yaml must hold .*'late'.*, and holds"):
        read_weights(file(tmp_path, text))
