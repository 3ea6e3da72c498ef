"""The licence gate, on made-up distributions and on the environment the tests run in."""

from importlib.metadata import PathDistribution
from pathlib import Path

import pytest
from licence_terms import Verdict, judge
from licences import Finding, check, findings

GPL_TEXT = "                    GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007\n"
CLASSIFIER = "Classifier: License :: OSI Approved :: "


def made_up(folder: Path, name: str, *headers: str, version: str = "1.0", text: str = "") -> Path:
    """Write a dist-info folder as an installer would."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    lines = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *headers]
    (info / "METADATA").write_text("\n".join(lines) + "\n")
    (info / "LICENSE").write_text(text)
    (info / "RECORD").write_text(f"{info.name}/METADATA,,\n{info.name}/LICENSE,,\n")
    return info


def finding(folder: Path, *headers: str, text: str = "") -> Finding:
    return check(PathDistribution(made_up(folder, "example", *headers, text=text)), {})


@pytest.mark.parametrize(
    "header",
    [
        "License-Expression: AGPL-3.0-or-later",
        "License-Expression: MIT AND GPL-2.0-only",
        "License-Expression: GPL-2.0-only WITH Classpath-exception-2.0",
        "License: GNU AFFERO GPL 3.0",
        "License: GPLv3",
        "License: SSPL-1.0",
        CLASSIFIER + "GNU Affero General Public License v3",
        CLASSIFIER + "GNU General Public License v3 (GPLv3)",
    ],
)
def test_strong_copyleft_is_caught(tmp_path: Path, header: str) -> None:
    found = finding(tmp_path, header)
    assert found.verdict == Verdict.STRONG_COPYLEFT
    assert "example 1.0" in found.problem


@pytest.mark.parametrize(
    ("header", "verdict"),
    [
        ("License-Expression: LGPL-3.0-or-later", Verdict.WEAK_COPYLEFT),
        (CLASSIFIER + "GNU Lesser General Public License v3 (LGPLv3)", Verdict.WEAK_COPYLEFT),
        ("License-Expression: MPL-2.0 AND (Apache-2.0 OR MIT)", Verdict.WEAK_COPYLEFT),
        ("License-Expression: MIT OR GPL-3.0-only", Verdict.PERMISSIVE),
        ("License: BSD-3-Clause or AGPL-3.0-only", Verdict.PERMISSIVE),
        ("License-Expression: Apache-2.0 WITH LLVM-exception", Verdict.PERMISSIVE),
        (CLASSIFIER + "MIT License", Verdict.PERMISSIVE),
    ],
)
def test_weak_dual_and_permissive_licences_pass(tmp_path: Path, header: str, verdict: Verdict) -> None:
    assert finding(tmp_path, header) == Finding("example", "1.0", finding_text(header), verdict)


def finding_text(header: str) -> str:
    return header.rpartition(" :: ")[2].partition(": ")[2] or header.rpartition(" :: ")[2]


@pytest.mark.parametrize(
    "header", ["Summary: no licence", "License: BSL-1.1", "License: MIT, non-commercial"]
)
def test_unknown_is_caught(tmp_path: Path, header: str) -> None:
    found = finding(tmp_path, header)
    assert found.verdict == Verdict.UNKNOWN
    assert found.problem


def test_a_licence_file_can_say_what_the_metadata_leaves_out(tmp_path: Path) -> None:
    text = "Permission is hereby granted, free of\ncharge, to any person"
    assert finding(tmp_path, text=text).verdict == Verdict.PERMISSIVE


@pytest.mark.parametrize(
    "header", ["License-Expression: LicenseRef-Own", "License: Own Proprietary Software"]
)
def test_a_known_text_does_not_overrule_what_is_stated(tmp_path: Path, header: str) -> None:
    assert finding(tmp_path, header, text="Permission is hereby granted, free of charge").problem


def test_a_known_text_further_down_is_somebody_elses(tmp_path: Path) -> None:
    text = "You may not copy this. " * 40 + "Permission is hereby granted, free of charge"
    assert finding(tmp_path, text=text).verdict == Verdict.UNKNOWN


def test_a_proprietary_classifier_is_not_lost_beside_a_free_one(tmp_path: Path) -> None:
    other = "Classifier: License :: Other/Proprietary License"
    assert finding(tmp_path, CLASSIFIER + "MIT License", other).verdict == Verdict.UNKNOWN


def test_a_gpl_text_behind_a_permissive_name_is_caught(tmp_path: Path) -> None:
    found = finding(tmp_path, "License-Expression: MIT", text=GPL_TEXT)
    assert found.verdict == Verdict.STRONG_COPYLEFT
    assert "licence files" in found.problem


def test_a_gpl_text_that_the_dual_licence_announces_passes(tmp_path: Path) -> None:
    assert not finding(tmp_path, "License-Expression: MIT OR GPL-3.0-only", text=GPL_TEXT).problem


def test_a_review_holds_for_one_version(tmp_path: Path) -> None:
    distribution = PathDistribution(made_up(tmp_path, "example", "License: own words", version="2.1"))
    assert not check(distribution, {"example": {"version": "2.1", "reason": "read"}}).problem
    assert "2.0" in check(distribution, {"example": {"version": "2.0", "reason": "read"}}).problem


def test_the_walk_follows_extras_and_leaves_the_rest(tmp_path: Path) -> None:
    wanted = ["Requires-Dist: direct", 'Requires-Dist: tool; extra == "dev"', "Provides-Extra: dev"]
    made_up(tmp_path, "root", *wanted)
    made_up(tmp_path, "direct", "License: MIT", 'Requires-Dist: elsewhere; sys_platform == "none"')
    made_up(tmp_path, "tool", "License: MIT")
    made_up(tmp_path, "elsewhere", "License: GPLv3")
    assert [found.name for found in findings("root", [str(tmp_path)])] == ["direct", "tool"]


@pytest.mark.parametrize("expression", ["MIT OR", "(MIT", "MIT)", "OR", ""])
def test_a_malformed_expression_is_never_permissive(expression: str) -> None:
    assert judge(expression) != Verdict.PERMISSIVE


def test_the_real_environment_passes() -> None:
    found = findings()
    assert len(found) > 50
    # A CUDA build of torch brings these. The tests run with one all the same; `make check` reports it.
    of_cuda = ("nvidia-", "cuda-")
    assert [one.problem for one in found if one.problem and not one.name.startswith(of_cuda)] == []
