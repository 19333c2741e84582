"""WordPiece as BERT uncased does it, driven by the tables of tests/Data/vectors/wordpiece (docs/decisions/0002).

Special-token literals in the text are plain text (`ids_plain` in the vectors), as in the worker.
"""
import json
import unicodedata

from . import paths

LONGEST_WORD = 100  # code points; a longer word is one [UNK]


def _ranges(texts):
    for text in texts:
        first, _, last = text.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def _load_tables():
    tables = json.loads((paths.VECTORS / "codepoints.json").read_text())
    clean = {c: None for c in _ranges(tables["clean_drop"])}
    clean.update((c, " ") for c in _ranges(tables["clean_space"]))
    clean.update((c, f" {chr(c)} ") for c in _ranges(tables["cjk"]))
    fold = {int(c, 16): "".join(chr(int(p, 16)) for p in to.split()) for c, to in tables["mapped"].items()}
    fold.pop(0x20, None)
    fold.update((c, None) for c in _ranges(tables["mark_drop"]))
    split = {c: f" {chr(c)} " for c in _ranges(tables["punctuation"])}
    return clean, fold, split


class WordPiece:
    """Text to token ids. Keeps the ids of each word seen, so a corpus goes at dictionary speed."""

    def __init__(self, vocabulary):
        """vocabulary: path of vocab.txt; id = line number from 0."""
        lines = vocabulary.read_text(encoding="utf-8").split("\n")
        self._ids = {token: i for i, token in enumerate(lines) if token}
        self._cls, self._sep, self._unk = (self._ids[token] for token in ("[CLS]", "[SEP]", "[UNK]"))
        self._clean, self._fold, self._split = _load_tables()
        self._words = {}

    def encode(self, text):
        """Ids of the text, without [CLS] and [SEP], not truncated."""
        text = unicodedata.normalize("NFD", text.translate(self._clean))
        ids = []
        for word in text.translate(self._fold).translate(self._split).split(" "):
            if word:
                ids.extend(self._words.get(word) or self._word(word))
        return ids

    def framed(self, text, longest):
        """[CLS] ids [SEP], at most `longest` in all, cut on the right."""
        return [self._cls, *self.encode(text)[: longest - 2], self._sep]

    def _word(self, word):
        pieces, start = [], 0
        while start < len(word) and len(word) <= LONGEST_WORD:
            end = len(word)
            while end > start:
                piece = ("##" if start else "") + word[start:end]
                if piece in self._ids:
                    break
                end -= 1
            if end == start:
                break
            pieces.append(self._ids[piece])
            start = end
        if start < len(word):
            pieces = [self._unk]
        self._words[word] = pieces
        return pieces
