"""Compile phrasings into an `Index`. The only file that needs scikit-learn; it runs in a process of its own.

A linear head trained over all targets answers 10 to 15 points more questions rightly than the nearest phrasing
(public data: HINT3, BANKING77). Support vector machines, one target against the rest, train in seconds.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from joblib import Parallel, cpu_count, delayed
from scipy import sparse
from sklearn.svm import LinearSVC

from bot.matching.features import Features, features, read
from bot.matching.index import Index, known_words, vector
from bot.matching.lexicon import Lexicon
from bot.matching.spelling import Speller

Progress = Callable[[str], None]

_SOFTNESS = 1.5  # C of the support vector machine; 1 to 4 differ by less than a point on our examples
_TOLERANCE = 0.5  # far looser than the default: the same answers within a quarter of a point, in a third of the time
_MOST_CORES = 4
_FAINT = 0.02  # weights below this move no decision and would fill memory
_TRAINABLE = 6_000_000  # targets × phrasings; beyond it training takes minutes and prototypes take over


def train(phrasings: Mapping[str, Sequence[str]], lexicon: Lexicon, progress: Progress) -> Index:
    """Compile `phrasings` (target → sentences, cleaned) into an index. Same input, same index."""
    targets = tuple(sorted(phrasings))
    labels = np.array([number for number, target in enumerate(targets) for _ in phrasings[target]])
    progress(f"reading {len(labels)} phrasings of {len(targets)} matters")
    sentences = [read(text, lexicon) for target in targets for text in phrasings[target]]
    by_block = [features(sentence) for sentence in sentences]
    vocabulary, idf = _vocabulary(by_block)
    rows = _matrix(by_block, vocabulary, idf)
    progress(f"training on {rows.shape[1]} features")
    small = len(targets) * len(labels) <= _TRAINABLE
    weights, intercept = _separate(rows, labels) if small else _prototypes(rows, labels, len(targets))
    postings = weights.T.tocsr()
    joined = iter(" ".join(sentence.words) for sentence in sentences)
    counts = known_words(sentences)
    return Index(
        targets=targets,
        vocabulary=vocabulary,
        idf=idf,
        rarest=max(idf, default=1.0),
        starts=postings.indptr.astype(np.int32),
        posted_targets=postings.indices.astype(np.uint16),
        posted_weights=postings.data.astype(np.float32),
        intercept=intercept.astype(np.float32),
        phrasings=tuple(tuple(next(joined) for _ in phrasings[target]) for target in targets),
        lexicon=lexicon,
        speller=Speller.of({**dict.fromkeys(lexicon.vocabulary, 1), **counts}),
    )


def _vocabulary(sentences: Sequence[Features]) -> tuple[dict[str, int], list[float]]:
    seen = Counter(f for by_block in sentences for f in set(itertools.chain(*by_block.values())))
    # One-off pairs and letter groups say nothing about the next person's sentence; one-off words may.
    kept = sorted(f for f, count in seen.items() if count > 1 or (f.startswith("w:") and " " not in f))
    idf = [math.log((1 + len(sentences)) / (1 + seen[f])) + 1 for f in kept]
    return {f: row for row, f in enumerate(kept)}, idf


def _matrix(sentences: Sequence[Features], vocabulary: Mapping[str, int], idf: Sequence[float]) -> sparse.csr_matrix:
    vectors = [vector(by_block, vocabulary, idf) for by_block in sentences]
    starts = np.cumsum([0, *(rows.size for rows, _ in vectors)])
    columns = np.concatenate([rows for rows, _ in vectors])
    values = np.concatenate([values for _, values in vectors])
    return sparse.csr_matrix((values, columns, starts), shape=(len(sentences), len(vocabulary)))


def _separate(rows: sparse.csr_matrix, labels: np.ndarray) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Train every target against the rest, on all cores.

    In processes, not threads: the library draws from one random source for all threads, and the same knowledge would
    give another index each time.
    """
    count = int(labels.max(initial=0)) + 1
    if count < _MOST_CORES * 2:
        return _prototypes(rows, labels, count)
    cores = min(_MOST_CORES, cpu_count())
    shares = [range(core, count, cores) for core in range(cores)]
    trained = Parallel(n_jobs=cores, backend="multiprocessing")(
        delayed(_separate_share)(rows, labels, share) for share in shares
    )
    order = np.argsort(np.concatenate([list(share) for share in shares]))
    weights = sparse.vstack([its_weights for its_weights, _ in trained]).tocsr()[order]
    return weights, np.concatenate([intercept for _, intercept in trained])[order]


def _separate_share(rows: sparse.csr_matrix, labels: np.ndarray, share: range) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Train some of the targets against the rest; the others are one more class, -1, whose weights are dropped."""
    own = np.where(np.isin(labels, list(share)), labels, -1)
    model = LinearSVC(C=_SOFTNESS, tol=_TOLERANCE, random_state=0).fit(rows, own)
    if len(model.classes_) == 2:  # scikit-learn then keeps one row, for the second class
        return _without_faint(model.coef_), model.intercept_
    kept = model.classes_ >= 0
    return _without_faint(model.coef_[kept]), model.intercept_[kept]


def _without_faint(weights: np.ndarray) -> sparse.csr_matrix:
    weights[np.abs(weights) < _FAINT] = 0.0
    return sparse.csr_matrix(weights, dtype=np.float32)


def _prototypes(rows: sparse.csr_matrix, labels: np.ndarray, targets: int) -> tuple[sparse.csr_matrix, np.ndarray]:
    """The mean sentence of each target less the mean of all: weaker than a trained head, and instant."""
    members = sparse.csr_matrix((np.ones(len(labels)), (labels, np.arange(len(labels)))))
    sizes = np.maximum(np.asarray(members.sum(axis=1)), 1)
    means = np.asarray((members @ rows).todense()) / sizes
    centred = means - np.asarray(rows.mean(axis=0))
    return _without_faint(centred * 4.0), np.full(targets, -1.0)
