"""What the words of a question are worth: BM25 with other names, its bound, and the weight of each token."""

from collections.abc import Sequence

import numpy as np

from vectorstore.lexical import LexicalIndex, Positions
from vectorstore.queries import Query
from vectorstore.terms import pieces, terms, words
from vectorstore.token_vectors import Floats
from vectorstore.view import View

# Another name of what the question names is worth this share of the name itself.
OTHER_NAME = 0.8
# What every token of a question weighs beside the rarity of its word, so that small words count a little.
LEAST_WEIGHT = 2.0


def lexical_scores(index: LexicalIndex, query: Query) -> Floats:
    """BM25 of every passage (n,) for the question's text, where another name stands in for the name used.

    A passage that has both gets no more than for the better one.
    """
    scores = index.scores(query.text)
    for expansion in query.expansions:
        worth = highest(index, expansion.name)
        # A long name has more terms to share than a short one, but says no more.
        shares = [index.scores(name) * (worth / highest(index, name)) for name in expansion.others]
        others = np.max(shares, axis=0, initial=0)
        scores += np.maximum(OTHER_NAME * others - index.scores(expansion.name), 0)
    return scores


def document_scores(view: View, text: str, positions: Positions) -> Floats:
    """BM25 of the document that each of the passages is a part of, (n,)."""
    numbers = view.snapshot.facets.columns["document"].numbers
    wanted, place = np.unique(numbers[positions], return_inverse=True)
    starts = np.searchsorted(numbers, wanted)
    ends = np.searchsorted(numbers, wanted, side="right")
    length = float(view.lexical.postings.lengths.sum()) / (int(numbers[-1]) + 1)
    scores: Floats = view.lexical.whole_scores(text, starts, ends, length)[place]
    return scores


def highest(index: LexicalIndex, text: str) -> float:
    """What BM25 can give a passage for the text at most: the rarities of its terms together; never 0."""
    return sum(index.rarity(set(terms(text))).values()) or 1.0


def token_weights(index: LexicalIndex, held: Sequence[str]) -> Floats:
    """What each token counts, (n,), 1 together: by the rarity of the word it is `held` by.

    A word is as rare as its letter groups are on average, so that a compound the passages lack is weighed by
    the parts they have; stop words and signs get LEAST_WEIGHT only.
    """
    rare = {word: _rarity(index, word) for word in set(held)}
    weights = np.array([LEAST_WEIGHT + rare[word] for word in held], np.float32)
    return weights / weights.sum() if len(weights) else weights


def _rarity(index: LexicalIndex, word: str) -> float:
    parts = [piece for one in words(word) for piece in pieces(one)]
    return float(np.mean(list(index.rarity(parts).values()))) if parts else 0.0
