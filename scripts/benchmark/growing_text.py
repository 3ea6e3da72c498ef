"""Swedish passages in any number: the real ones of the sets, then sentences of theirs put together anew.

A vocabulary grows with the text that it is counted in, by a power (Heaps 1978), and so does an index of
words. Sentences put together anew bring no new words, so compounds of the real words' parts take the
place of some, as many as the power that the real passages show asks for.
"""

import random
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmark.cache import ROOT, fingerprint, kept
from benchmark.figures import growth
from benchmark.sets import BEIR_SETS, EVIDENCE_SET, read_retrieval_set
from benchmark.systems.chunks import chunks

if TYPE_CHECKING:
    from vectorstore.token_vectors import EmbeddedPassages

SOURCES = 3
"""Real passages that one made passage takes its sentences from."""
LENGTH = 800
"""Characters after which a made passage ends."""
DRIFT = 0.3
"""Share of the difference of two other passages in a made one's vector."""
SEED = 20090129
SENTENCE = re.compile(r"(?<=[.!?])\s+")
WORD = re.compile(r"\w+")
VECTORS, CODES, ENDS = "vectors.npy", "codes.npy", "ends.npy"
LONG = 6
"""Letters of a word that a compound may be made of."""


@dataclass(frozen=True, slots=True)
class Grown:
    """A passage: its text, its vector (dimension,) of length 1, and its tokens' codes (tokens, bytes)."""

    text: str
    vector: Any
    codes: Any


@dataclass(slots=True)
class Vocabulary:
    """The words met so far; `scale` * tokens ** `power` are expected."""

    scale: float
    power: float
    seen: set[str]
    parts: list[str]
    tokens: int

    def missing(self, tokens: int) -> int:
        """How many new words so many more tokens should bring."""
        self.tokens += tokens
        return max(0, round(self.scale * self.tokens**self.power) - len(self.seen))

    def compound(self, chance: random.Random) -> str:
        """A word not met before, of two that were."""
        while True:
            word = chance.choice(self.parts) + chance.choice(("", "s")) + chance.choice(self.parts)
            if word not in self.seen:
                self.seen.add(word)
                return word


@dataclass(slots=True)
class GrowingText:
    """Real passages (n texts, as embedded) and those made of them, the same ones each time."""

    texts: Sequence[str]
    embedded: "EmbeddedPassages"
    vocabulary: Vocabulary = field(init=False)

    def passages(self, size: int) -> Iterator[Grown]:
        """`size` passages, the real ones first."""
        chance = random.Random(SEED)
        self.vocabulary = read_vocabulary(self.texts[:size])
        real = zip(self.texts, self.embedded.vectors, self.embedded.codes, strict=True)
        yield from (Grown(*each) for each in islice(real, size))
        sentences = [SENTENCE.split(text) for text in self.texts]
        for _ in range(size - len(self.texts)):
            yield self._made(sentences, chance)

    def _made(self, sentences: Sequence[Sequence[str]], chance: random.Random) -> Grown:
        chosen = chance.sample(range(len(self.texts)), SOURCES + 2)
        pool = [each for number in chosen[:SOURCES] for each in sentences[number]]
        chance.shuffle(pool)
        length, kept = 0, []
        for sentence in pool:
            kept.append(sentence)
            length += len(sentence)
            if length > LENGTH:
                break
        vectors = self.embedded.vectors
        vector = vectors[chosen[:SOURCES]].mean(0) + DRIFT * (vectors[chosen[-2]] - vectors[chosen[-1]])
        share = length / sum(map(len, pool))
        codes = [self.embedded.codes[number] for number in chosen[:SOURCES]]
        return Grown(
            self._with_new_words(" ".join(kept), chance),
            vector / np.linalg.norm(vector),
            np.concatenate([each[: round(share * len(each))] for each in codes]),
        )

    def _with_new_words(self, text: str, chance: random.Random) -> str:
        words = list(WORD.finditer(text))
        for match in sorted(
            chance.sample(words, min(len(words), self.vocabulary.missing(len(words)))),
            key=lambda one: -one.start(),
        ):
            text = f"{text[: match.start()]}{self.vocabulary.compound(chance)}{text[match.end() :]}"
        return text


def read_vocabulary(texts: Sequence[str]) -> Vocabulary:
    """The words of the texts and the power that they grow by, fitted at every tenth of the text."""
    seen: set[str] = set()
    steps, reached = [], 0
    for text in texts:
        words = [word.casefold() for word in WORD.findall(text)]
        seen.update(words)
        reached += len(words)
        steps.append((reached, len(seen)))
    tenths = steps[len(steps) // 10 :: max(1, len(steps) // 10)]
    power = growth([each for each, _ in tenths], [each for _, each in tenths]).exponent
    parts = sorted(word for word in seen if len(word) >= LONG and word.isalpha())
    return Vocabulary(len(seen) / reached**power, power, seen, parts, reached)


def read_passages() -> list[str]:
    """The real passages: every text of the sets, cut as the other systems cut but without overlap."""
    sets = [read_retrieval_set(name) for name in (*BEIR_SETS, EVIDENCE_SET)]
    return list(dict.fromkeys(text for each in sets for _, text in chunks(each, overlap=0)))


def embedded_passages() -> Path:
    """A folder with what the product's model makes of them; made first where it is not there."""
    from vectorstore.bundled_conversion import bundled_identity
    from vectorstore.embedder import load_embedder
    from vectorstore.settings import Settings

    texts = read_passages()
    sources = [ROOT / "vectorstore" / f"{name}.py" for name in ("embedder", "token_codes", "token_vectors")]
    folder = kept("scale-vectors", fingerprint(sources, str(bundled_identity()), *texts))
    if not folder.exists():
        print(f"{len(texts)} passages are embedded ...", file=sys.stderr, flush=True)
        embedder = load_embedder(Settings(_env_file=None))  # type: ignore[call-arg]
        made = embedder.embed_passages([("", text) for text in texts])
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            np.save(Path(work) / VECTORS, made.vectors, allow_pickle=False)
            np.save(Path(work) / CODES, np.concatenate(made.codes), allow_pickle=False)
            np.save(Path(work) / ENDS, np.cumsum([len(each) for each in made.codes]), allow_pickle=False)
            shutil.copytree(work, folder)
    return folder


def read_embedded(folder: Path) -> "EmbeddedPassages":
    """What `embedded_passages` left, in the order of `read_passages`."""
    from vectorstore.token_vectors import EmbeddedPassages

    vectors, codes, ends = (np.load(folder / name) for name in (VECTORS, CODES, ENDS))
    return EmbeddedPassages(vectors, np.split(codes, ends[:-1]), [0] * len(vectors))
