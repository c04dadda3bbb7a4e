"""Compiling: the same knowledge gives the same index, or the same question would get another answer tomorrow."""

from __future__ import annotations

import numpy as np

from bot.compiled import Knowledge, lexicon_of
from bot.matching.train import train


def test_the_same_phrasings_give_the_same_index(bakery: Knowledge) -> None:
    phrasings, lexicon = bakery.library.phrasings(), lexicon_of(bakery.library)

    first, *others = (train(phrasings, lexicon, lambda _: None) for _ in range(3))

    for other in others:
        assert np.array_equal(first.posted_targets, other.posted_targets)
        assert np.array_equal(first.posted_weights, other.posted_weights)
        assert np.array_equal(first.intercept, other.intercept)
