"""Whether a claim says yes where its quotes say yes: negations and the words that carry a statement."""

import re
from functools import cache

from assistant.likeness import shared
from assistant.named import begins, grounds

CLAUSE = re.compile(r"[.;:!?\n]|,|\b(?:men|utan att|but|while|medan|mens)\b", re.IGNORECASE)
WORD = re.compile(r"[\w.]*\w(?:[’']\w+)?")
FEWEST = 3
"""Words from which on what stands between commas says something."""
ENDS = frozenset({"closed", "rejected", "only"})
"""Kinds of words that deny without a negation."""
BOUNDS = frozenset({"most", "least", "only", "all"})
"""Kinds of words that a negation beside them does not turn: "not more than"."""


def unsupported_turns(claim: str, held: str, same_language: bool) -> list[str]:
    """The kinds of weighty words in `claim` that `held` has not, or only denies; "denies" for negations.

    A claim that denies needs a quote that denies or tells of an end. A claim that does not needs, where
    the languages are the same, that the clause most like it does not either; else that one clause does not.
    """
    said, denied = kinds(claim), denies(claim)
    clauses = [clause for clause in CLAUSE.split(held) if len(WORD.findall(clause)) >= FEWEST]
    missing = [kind for kind in sorted(said) if not _carried(kind, denied, held, clauses)]
    ends = bool(kinds(held) & ENDS)
    if denied:
        return missing + ["denies"] * (not denies(held) and not ends)
    nearest = _nearest(claim, clauses) if same_language else clauses
    turned = bool(nearest) and all(denies(clause) for clause in nearest) and not said & ENDS
    return missing + ["denies"] * turned


def _carried(kind: str, denied: bool, held: str, clauses: list[str]) -> bool:
    """Whether `held` has a word of the kind, and not only denied where the claim affirms it."""
    quoted = kinds(held)
    if kind not in quoted:
        return denied and grounds("weighty")[kind].get("opposite", "") in quoted
    having = [clause for clause in clauses if kind in kinds(clause)]
    return denied or kind in BOUNDS or not having or not all(denies(clause) for clause in having)


def _nearest(claim: str, clauses: list[str]) -> list[str]:
    """The clauses with the most words of the claim, if any has one."""
    counts = [shared(claim, clause)[1] for clause in clauses]
    most = max(counts, default=0)
    return [clause for clause, count in zip(clauses, counts, strict=True) if count == most] if most else []


def kinds(text: str) -> set[str]:
    """The kinds of weighty words that the text has."""
    plain = text.casefold()
    words = WORD.findall(plain)
    return {
        kind
        for kind in grounds("weighty")
        if any(begins(word, _words(kind)) for word in words) or _phrases(kind).search(plain)
    }


def denies(text: str) -> bool:
    """Whether the text has a negation."""
    return any(word in _denying() for word in WORD.findall(text.casefold().replace("’", "'")))


@cache
def _denying() -> frozenset[str]:
    return frozenset(grounds("denies"))


@cache
def _words(kind: str) -> tuple[str, ...]:
    return tuple(one for one in grounds("weighty")[kind]["words"] if " " not in one)


@cache
def _phrases(kind: str) -> re.Pattern[str]:
    several = [re.escape(one) for one in grounds("weighty")[kind]["words"] if " " in one]
    return re.compile(rf"\b(?:{'|'.join(several)})\b" if several else r"(?!)")
