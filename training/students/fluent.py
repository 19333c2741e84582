"""Texts for the transfer set that read more like text: a word is dropped or swapped, or a phrase exchanged, only where that puts words side
by side that training documents have side by side. So more may be changed. Where two documents are joined nothing is asked. Its worth is in
docs/results/students-training.md.
"""
from .augment import Augmenter

PLACES, PHRASES = 12, 60  # tried for each exchange: places of the text, and phrases for a place
LONGER = 4  # words by which a phrase may be longer or shorter than the one of 2 to 8 that it stands in for


class FluentAugmenter(Augmenter):
    """Makes documents as Augmenter does; an end of a document counts as a word."""

    def __init__(self, documents, tokens, near, longest, recipe):
        super().__init__(documents, tokens, near, longest, recipe)
        self._pairs = {pair for text in self.texts for pair in zip([None, *text], [*text, None])}
        self._all = [phrase for phrases in self._phrases.values() for phrase in phrases]

    def _spliced(self, text, random):
        for _ in range(PLACES):
            length = int(random.integers(2, 9))
            # Unlike augment.py's own, which never reaches the last phrase; its copies stay as they were made.
            start = int(random.integers(max(1, len(text) - length + 1)))
            end = start + length
            if length < len(text) and tuple(text[start:end]) in self._known:
                left, right = text[start - 1] if start else None, _word(text, end)
                for _ in range(PHRASES):
                    new = self._all[int(random.integers(len(self._all)))]
                    if abs(len(new) - length) <= LONGER and self._fits(left, new, right):
                        return text[:start] + list(new) + text[end:]
        return text

    def _reworded(self, text, random):
        words = []
        for n, word in enumerate(text):
            left, right = words[-1] if words else None, _word(text, n + 1)
            if random.random() < self.recipe.drop and len(text) > 1 and (left, right) in self._pairs:
                continue
            swapped = self._swapped(word, random)
            words.append(swapped if self._fits(left, (swapped,), right) else word)
        return words

    def _fits(self, left, phrase, right):
        return (left, phrase[0]) in self._pairs and (phrase[-1], right) in self._pairs


def _word(text, n):
    return text[n] if n < len(text) else None
