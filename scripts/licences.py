"""Licence gate: looks at every installed distribution that Utblick depends on, its extras included.

AGPL, GPL and SSPL fail; LGPL, MPL and permissive licences pass; what cannot be settled fails until a
person has written it into licences.toml, for the version looked at.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from licence_terms import Verdict, by_wording, judge, names_strong
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REVIEWED = Path(__file__).with_name("licences.toml")


@dataclass(frozen=True, slots=True)
class Finding:
    """One distribution, what it says of its licence, and whether it may stay (`problem` is empty)."""

    name: str
    version: str
    licence: str
    verdict: Verdict
    reviewed: str = ""
    problem: str = ""


def licence_texts(distribution: Distribution) -> list[str]:
    """The licence files that came with the distribution."""
    named = re.compile(r"\.dist-info/.*(licen[cs]e|copying)", re.IGNORECASE)
    found = [Path(str(file.locate())) for file in distribution.files or [] if named.search(str(file))]
    return [path.read_text(encoding="utf-8", errors="replace") for path in found if path.is_file()]


def stated(distribution: Distribution) -> list[str]:
    """What the metadata says: the expression alone where there is one, else field and classifiers."""
    metadata = distribution.metadata
    if "License-Expression" in metadata:
        return [metadata["License-Expression"]]
    field = str(metadata.json.get("license", "")).strip()
    if "\n" in field or len(field) > 100:
        field = by_wording(field)
    if " or " in field.lower():
        return [field]
    classifiers = [name for name in metadata.get_all("Classifier") or [] if name.startswith("License ::")]
    names = [name.rpartition(" :: ")[2] for name in classifiers if not name.endswith("OSI Approved")]
    return [name for name in [field, *names] if name]


def examine(distribution: Distribution) -> tuple[str, Verdict]:
    """The licence of one distribution in words, and the verdict on it: the worst of what is stated."""
    texts = [text for text in map(by_wording, licence_texts(distribution)) if text]
    statements = stated(distribution) or texts
    words = ", ".join(dict.fromkeys(statements)) or "nothing stated"
    strong = next((text for text in texts if judge(text) == Verdict.STRONG_COPYLEFT), "")
    if strong and not any(map(names_strong, statements)):
        return f"{words}; its licence files hold {strong}", Verdict.STRONG_COPYLEFT
    return words, max(map(judge, statements), default=Verdict.UNKNOWN)


def check(distribution: Distribution, reviewed: Mapping[str, Mapping[str, str]]) -> Finding:
    """Examine one distribution and hold it against what a person has looked into."""
    name, version = canonicalize_name(distribution.metadata["Name"]), distribution.version
    licence, verdict = examine(distribution)
    note = reviewed.get(name, {})
    if verdict < Verdict.UNKNOWN:
        return Finding(name, version, licence, verdict)
    if note and note["version"] == version.partition("+")[0]:
        return Finding(name, version, licence, verdict, reviewed=note["reason"])
    looked = f"was looked at in version {note['version']}" if note else "is not in licences.toml"
    return Finding(name, version, licence, verdict, problem=f"{name} {version}: {licence}; {looked}")


def needed(installed: Mapping[str, Distribution], root: str) -> Iterator[str]:
    """Names of everything `root` needs with all its extras, as far as it is installed."""
    extras = installed[root].metadata.get_all("Provides-Extra") or []
    queue, seen = [(root, extra) for extra in ["", *extras]], set[tuple[str, str]]()
    while queue:
        name, extra = queue.pop()
        if name not in installed or (name, extra) in seen:
            continue
        seen.add((name, extra))
        for requirement in map(Requirement, installed[name].requires or []):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                queue += [(canonicalize_name(requirement.name), wish) for wish in ["", *requirement.extras]]
    yield from sorted({name for name, _ in seen} - {root})


def findings(root: str = "utblick", path: Iterable[str] = sys.path) -> list[Finding]:
    """One finding for each distribution on `path` that `root` needs."""
    installed: dict[str, Distribution] = {}
    for found in distributions(path=list(path)):
        installed.setdefault(canonicalize_name(found.metadata["Name"]), found)
    reviewed = tomllib.loads(REVIEWED.read_text(encoding="utf-8"))
    return [check(installed[name], reviewed) for name in needed(installed, root)]


def main() -> int:
    """Command line: exits 1 when a licence is forbidden or unknown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", action="store_true", help="print every distribution")
    found = findings()
    if parser.parse_args().table:
        for one in found:
            verdict = one.verdict.name.lower().replace("_", " ")
            print(f"{one.name:36} {one.version:18} {verdict:16} {one.licence[:70]}")
            if one.reviewed:
                print(f"{'':56}{one.reviewed}")
    problems = [one.problem for one in found if one.problem]
    print(*problems, sep="\n", end="\n" if problems else "")
    if any(one.problem and one.name.startswith("nvidia-") for one in found):
        print(
            "NVIDIA's libraries are proprietary; they come with a CUDA build of torch. Install a CPU build."
        )
    print(f"licences: {len(found)} distributions, {len(problems)} to settle")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
