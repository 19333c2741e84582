"""What each task's students are and how long each stage trains. Tokens are counted without padding."""
from dataclasses import dataclass, field

from .loop import Rates
from .student import Shape


@dataclass(frozen=True)
class Boost:
    """tokens: of each student in turn, so its length is the most students there can be; parts: of the transfer set, for each student;
    hidden: first weight of the vector's distance; starts: the teacher's layers of each student, by default stacked; alone: a student learns
    all of z, as if there were none before it, and takes the share of the sum that held-out documents give it."""

    tokens: tuple
    parts: tuple
    rows: int = 64
    hidden: float = 0.5
    sample: int = 2048
    starts: tuple = ()
    alone: bool = False
    rates: Rates = field(default_factory=Rates)
    seed: int = 3


@dataclass(frozen=True)
class Correct:
    """hidden: weight of the vector's distance; truth: of the labels' own loss; shorter: of the mean loss of the prefixes shorter than the
    one drawn, which costs nothing; grid_from, ranges_from: progress from which weights and activations are on the int8 grid."""

    tokens: int
    parts: tuple
    rows: int = 64
    hidden: float = 0.1
    truth: float = 0.5
    shorter: float = 0.25
    grid_from: float = 0.6
    ranges_from: float = 0.85
    share: float = 0.9999
    calibration: int = 256
    rates: Rates = field(default_factory=lambda: Rates(rate=1.5e-4, vector_rate=2.5e-4))
    seed: int = 5

    @property
    def reads_rest(self):
        """Whether it learns from what students are judged by. Then nothing is left to judge it by but test."""
        return any(part.startswith("rest") for part in self.parts)


@dataclass(frozen=True)
class Recipe:
    """One group; the swift student is a group of one. shapes: of its students, see Group; averaged: the control, students trained each by
    itself and averaged; first: the group, and its state, whose first student this one begins with, such as ("pair", "boosted"). correct:
    the corrective passes in their order, each with a warm-up and an int8 grid of its own; without one it ends after boosting. served:
    students that are exported, by default all; a longer prefix that costs more and is worth no more is left out (2.5)."""

    shapes: tuple
    boost: Boost
    correct: tuple = ()
    averaged: bool = False
    first: tuple = ()
    served: int = 0

    def parts_read(self):
        """Every part of the transfer set that some stage reads."""
        return {part for parts in (*self.boost.parts, *(stage.parts for stage in self.correct)) for part in parts}


_WHOLE = Shape(heads=12, inner=(1536, 1536))
_WHOLE_SWIFT = Shape(heads=12, inner=(768, 1536), cls_only=True)
_DEEP = Shape(heads=12, inner=(1536, 1536, 1536))
_GROUP = Shape(heads=6, inner=(512, 512))
_SWIFT = Shape(heads=6, inner=(512, 1536), cls_only=True)
M = 1_000_000


def _copies(*numbers):
    return tuple(f"copy{n}" for n in numbers)


def _parts(*copies):
    return ("train", *_copies(*copies))


_SEEN, _FRESH, _ALL, _MAIL = _parts(0, 1, 2), _copies(3, 4, 5), _parts(0, 1, 2, 3, 4, 5), _parts(0, 1)
_FLUENT, _REST = _copies(6, 7, 8), ("rest", *(f"rest{n}" for n in range(6, 10)))
_MIDDLE = Rates(rate=2.5e-4, vector_rate=3e-4)
_FLUENT_TEN = _parts(*range(6, 14), 15, 17)
_PAIR = Boost((8 * M, 3.5 * M), (_SEEN, _FRESH), hidden=0)

RECIPES = {
    "sst2": {
        "pair": Recipe((_WHOLE,), _PAIR,
                       (Correct(2.4 * M, _ALL, hidden=0, truth=0, rates=Rates(rate=1e-4, vector_rate=2e-4)),
                        Correct(3.6 * M, _FLUENT, hidden=0, truth=0, grid_from=0.8, ranges_from=0.9, rates=Rates(), seed=6))),
        "bagging": Recipe((_WHOLE,), _PAIR, averaged=True, first=("pair", "boosted")),
        "group": Recipe((_WHOLE, _DEEP), Boost((0, 12 * M), ((), _FLUENT_TEN), hidden=0, starts=((0, 1), (0, 1, 2)), alone=True),
                        (Correct(8 * M, (*_parts(9, 10, 11, 12, 13), *_REST), hidden=0, truth=0, grid_from=0.8, ranges_from=0.9,
                                 rates=Rates(), seed=8),),
                        first=("pair", "corrected2")),
        "swift": Recipe((_WHOLE_SWIFT,), Boost((8 * M,), (_SEEN,), hidden=0, starts=((0, 1),)),
                        (Correct(1.5 * M, _ALL, hidden=0, truth=0),
                         Correct(3.5 * M, _FRESH, hidden=0, truth=0, grid_from=0.8, ranges_from=0.9, rates=Rates(), seed=6),
                         Correct(3.6 * M, _FLUENT, hidden=0, truth=0, grid_from=0.8, ranges_from=0.9, rates=Rates(), seed=7),
                         Correct(3 * M, (*_parts(9), *_REST), hidden=0, truth=0, grid_from=0.7, ranges_from=0.85, rates=_MIDDLE, seed=8))),
    },
    "mail": {
        "group": Recipe((_GROUP,), Boost((1.6 * M, M, 0.4 * M), (_parts(0), _parts(1), _MAIL), rows=24, sample=1024),
                        (Correct(2.4 * M, _MAIL, rows=24, calibration=96, rates=_MIDDLE),), served=2),
        "swift": Recipe((_SWIFT,), Boost((2 * M,), (_MAIL,), rows=24, starts=((0, 1),)), (Correct(M, _MAIL, rows=24, calibration=96),)),
    },
}
