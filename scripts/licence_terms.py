"""What a licence means for us: its SPDX expression, its name in free words, or its text."""

import re
from enum import IntEnum

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

PERMISSIVE = (
    r"0bsd|apache-2\.0|blueoak-1\.0\.0|bsd-[234]-clause|bsl-1\.0|cc0-1\.0|cnri-python|hpnd|isc|mit(-0|-cmu)?"
    r"|ncsa|psf-2\.0|python-2\.0(\.1)?|unicode-3\.0|unlicense|zlib"
)
WEAK = r"(lgpl|mpl)-[\d.]+(-only|-or-later|\+)?"
STRONG = (
    r"\b(agpl|gpl|sspl|affero|server side public|gcc runtime library)|(?<!lesser )(?<!library )general public"
)
ALIASES = {
    r"(the )?mit( license)?": "mit",
    r"(the )?apache( software)?( license)?,?( version)? ?2\.0( license)?": "apache-2.0",
    r"apache software license": "apache-2.0",
    r"(the )?(bsd|[23]-clause bsd|bsd [23]-clause)( license)?": "bsd-3-clause",
    r"isc license( \(iscl\))?": "isc",
    r"python software foundation license": "psf-2.0",
    r"mozilla public license 2\.0 \(mpl 2\.0\)": "mpl-2.0",
    r"gnu (lesser|library) general public license.*": "lgpl-2.1",
}
WORDINGS = {
    "Permission is hereby granted, free of charge": "mit",
    "Redistribution and use in source and binary forms": "bsd-3-clause",
    "Permission to use, copy, modify, and/or distribute": "isc",
    "www.apache.org/licenses/": "apache-2.0",
    "Mozilla Public License Version 2.0": "mpl-2.0",
}
STRONG_TEXT = re.compile(
    r"^\W*((?:GNU (?:AFFERO )?GENERAL|SERVER SIDE) PUBLIC LICENSE|GCC RUNTIME LIBRARY EXCEPTION)\s*$"
    r"|^License: *(A?GPL-\S+|SSPL-\S+)",
    re.MULTILINE | re.IGNORECASE,
)


class Verdict(IntEnum):
    """What a licence means for us, best first."""

    PERMISSIVE = 0
    WEAK_COPYLEFT = 1
    UNKNOWN = 2
    STRONG_COPYLEFT = 3


def judge(statement: str) -> Verdict:
    """The verdict on an SPDX expression or a single name: OR takes the best side, AND the worst."""
    text = " ".join(statement.lower().split())
    try:
        expression = canonicalize_license_expression(text).lower()
    except InvalidLicenseExpression:
        return judge_name(text)
    return judge_tokens(re.findall(r"[()]|[^\s()]+", expression))[0]


def judge_tokens(tokens: list[str]) -> tuple[Verdict, list[str]]:
    """Read `a OR b ...`; returns the verdict and the tokens left over."""
    best, rest = judge_conjunction(tokens)
    while rest and rest[0] == "or":
        verdict, rest = judge_conjunction(rest[1:])
        best = min(best, verdict)
    return best, rest


def judge_conjunction(tokens: list[str]) -> tuple[Verdict, list[str]]:
    """Read `a AND b ...`, where each may stand in parentheses or carry a WITH clause."""
    worst, rest = Verdict.PERMISSIVE, ["and", *tokens]
    while rest and rest[0] == "and":
        if rest[1:2] == ["("]:
            verdict, rest = judge_tokens(rest[2:])
            rest = rest[1:]
        else:
            end = next((i for i, word in enumerate(rest[1:], 1) if word in {"and", "or", ")"}), len(rest))
            verdict, rest = judge_name(" ".join(rest[1:end])), rest[end:]
        worst = max(worst, verdict)
    return worst, rest


def judge_name(name: str) -> Verdict:
    """The verdict on one licence. A GPL with an exception stays strong: a person must look at it."""
    spdx = next((spdx for alias, spdx in ALIASES.items() if re.fullmatch(alias, name)), name)
    plain = spdx.partition(" with ")[0]
    if re.fullmatch(PERMISSIVE, plain):
        return Verdict.PERMISSIVE
    if re.fullmatch(WEAK, plain):
        return Verdict.WEAK_COPYLEFT
    return Verdict.STRONG_COPYLEFT if re.search(STRONG, plain) else Verdict.UNKNOWN


def by_wording(text: str) -> str:
    """The licence a text opens with, or any strong copyleft within it; empty when it is neither."""
    if match := STRONG_TEXT.search(text):
        return (match[1] or match[2]).lower()
    flat = " ".join(text.split())[:600]  # further down stand the licences of what is bundled
    return next((spdx for words, spdx in WORDINGS.items() if words in flat), "")


def names_strong(statement: str) -> bool:
    """Whether a statement speaks of a strong copyleft licence, if only as one choice of two."""
    return re.search(STRONG, statement.lower()) is not None
