"""Texts for the transfer set, made from training documents: words swapped for neighbours, dropped, phrases exchanged, documents joined,
cropped.

They carry no label; the teacher gives theirs. TinyBERT (Jiao et al. 2020, section 3.3) showed how much shallow students gain by such texts.
"""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Recipe:
    """Chances of each change. `limits`: (most tokens, share) of a crop; `joins`: chance to join another document; `splice`: chance to
    exchange one phrase that is a training document of its own, `splices`: how often that is thrown for; `fluent`: see fluent.py;
    `full_weight`: words from which on a document is drawn with full weight."""

    copies: int
    swap: float
    drop: float
    join: float = 0.0
    splice: float = 0.0
    splices: int = 1
    limits: tuple = ()
    fluent: bool = False
    full_weight: int = 1
    seed: int = 11


def words_of(ids, continues):
    """Framed ids -> words, each a tuple of pieces. continues[id]: the piece goes on with the word before it."""
    words = []
    for piece in ids[1:-1]:
        if continues[piece] and words:
            words[-1] += (piece,)
        else:
            words.append((piece,))
    return words


class Augmenter:
    """Makes documents from `documents` (framed id lists). Deterministic by (seed, copy)."""

    def __init__(self, documents, tokens, near, longest, recipe):
        self.recipe, self.near, self.longest = recipe, near, longest
        continues = [token.startswith("##") for token in tokens]
        self.first, self.last = documents[0][0], documents[0][-1]
        self.links = [(tokens.index(word),) for word in (",", "and", "but", ".")]
        self.texts = [words_of(d, continues) for d in documents]
        weights = np.array([min(len(t), recipe.full_weight) for t in self.texts], float)
        self.weights = weights / weights.sum()
        self._phrases, self._known = {}, set()
        for text in self.texts if recipe.splice else ():
            if 2 <= len(text) <= 10:
                self._phrases.setdefault(len(text), []).append(text)
                self._known.add(tuple(text))

    def copy(self, number):
        """As many new documents as there are old ones, and the number of the old one that each was made of."""
        random = np.random.default_rng((self.recipe.seed, number))
        chosen = random.choice(len(self.texts), len(self.texts), p=self.weights)
        return [self._framed(self._changed(list(self.texts[n]), random), random) for n in chosen], chosen.tolist()

    def _changed(self, text, random):
        for _ in range(self.recipe.splices):
            if random.random() < self.recipe.splice:
                text = self._spliced(text, random)
        if random.random() < self.recipe.join:
            other = self.texts[int(random.integers(len(self.texts)))]
            link = [self.links[int(random.integers(len(self.links)))]] if random.random() < 0.5 else []
            text = text + link + other if random.random() < 0.5 else other + link + text
        return self._reworded(text, random)

    def _reworded(self, text, random):
        kept = [word for word in text if random.random() >= self.recipe.drop]
        return [self._swapped(word, random) for word in kept or text]

    def _swapped(self, word, random):
        near = self.near.get(word[0]) if len(word) == 1 else None
        return (near[int(random.integers(len(near)))],) if near and random.random() < self.recipe.swap else word

    def _spliced(self, text, random):
        """One phrase of the text, itself a training document, exchanged for another of the same number of words."""
        for _ in range(12):
            length = int(random.integers(2, 9))
            start = int(random.integers(max(1, len(text) - length)))
            if length < len(text) and tuple(text[start : start + length]) in self._known:
                new = self._phrases[length]
                return text[:start] + new[int(random.integers(len(new)))] + text[start + length :]
        return text

    def _framed(self, text, random):
        ids = [piece for word in text for piece in word]
        room = self.longest - 2
        if self.recipe.limits:
            room = random.choice([limit for limit, _ in self.recipe.limits], p=[share for _, share in self.recipe.limits]) - 2
            start = int(random.integers(len(ids) - room + 1)) if len(ids) > room and random.random() < 0.5 else 0
            ids = ids[start:]
        return [self.first, *ids[:room], self.last]
