"""Which numbers of a table are not told, so that nobody can be recognised: small ones, and enough of the others that no
small one can be worked out from totals. Pure.

What a reader could work out is worked out here: every total is an equation, and a small number must not follow from all
of them together, nor from knowing that what is hidden as small is small. A zero is not told either, but it is about
nobody: it may be worked out, and a reader is taken to know it.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Generic, Literal, TypeVar

K = TypeVar("K", bound=Hashable)

Hidden = Literal["few", "also"]
"""Why a number is not told: it is small itself, or a small one would follow from it."""

_MOST = 10**9


@dataclass(frozen=True, slots=True)
class Sum(Generic[K]):
    """That `total` is the sum of `parts`."""

    total: K
    parts: tuple[K, ...]


@dataclass(frozen=True, slots=True)
class _Equation(Generic[K]):
    """That these numbers, each so many times, come to `is_`."""

    times: Mapping[K, Fraction]
    is_: Fraction


def withheld(
    counts: Mapping[K, int], sums: Sequence[Sum[K]], smallest: int, unseen: Collection[K] = ()
) -> Mapping[K, Hidden]:
    """The numbers that are not told, and why. `unseen` are told nowhere, and must not be found out either if small."""
    zeros: dict[K, Hidden] = {key: "few" for key, count in counts.items() if count == 0}
    hidden: dict[K, Hidden] = {key: "few" for key, count in counts.items() if 0 < count < smallest}
    never = frozenset(unseen) - zeros.keys()
    while True:
        out = _worked_out(counts, sums, hidden, never, smallest)
        more = next(
            (key for known in out if (key := _to_hide(counts, sums, {*hidden, *never}, known)) is not None), None
        )
        if more is None:
            return {key: why for key, why in (zeros | hidden).items() if key not in unseen}
        hidden[more] = "also"


def _to_hide(counts: Mapping[K, int], sums: Sequence[Sum[K]], hidden: set[K], known: K) -> K | None:
    """The number that has to be hidden too: the smallest beside it, else its total, else the smallest of all."""
    beside = [found for found in sums if known == found.total or known in found.parts]
    for several in (beside, sums):
        parts = [part for found in several for part in found.parts if part not in hidden and counts[part]]
        totals = [found.total for found in several if found.total not in hidden and counts[found.total]]
        if parts or totals:
            return min(parts or totals, key=lambda key: counts[key])
    return None


def _worked_out(
    counts: Mapping[K, int], sums: Sequence[Sum[K]], hidden: Mapping[K, Hidden], unseen: frozenset[K], smallest: int
) -> list[K]:
    """The small numbers that a reader knows all the same."""
    out_of_sight = [key for key in counts if key in hidden or key in unseen]
    bounds = {key: _at_first(key, hidden, unseen, smallest) for key in out_of_sight}
    plain = [_equation(found, counts, out_of_sight) for found in sums]
    _narrow(bounds, [*plain, *_solved(plain)])
    return [key for key in out_of_sight if counts[key] < smallest and bounds[key][0] == bounds[key][1]]


def _at_first(key: K, hidden: Mapping[K, Hidden], unseen: frozenset[K], smallest: int) -> tuple[Fraction, Fraction]:
    if key in unseen:
        return Fraction(0), Fraction(_MOST)
    return (Fraction(1), Fraction(smallest - 1)) if hidden[key] == "few" else (Fraction(smallest), Fraction(_MOST))


def _equation(found: Sum[K], counts: Mapping[K, int], out_of_sight: Sequence[K]) -> _Equation[K]:
    signed = [(part, 1) for part in found.parts] + [(found.total, -1)]
    unknown = frozenset(out_of_sight)
    times = {key: Fraction(sign) for key, sign in signed if key in unknown}
    return _Equation(times, Fraction(-sum(sign * counts[key] for key, sign in signed if key not in unknown)))


def _solved(equations: list[_Equation[K]]) -> Iterator[_Equation[K]]:
    """The same equations, each solved for a number as far as the others allow: Gauss's elimination."""
    left = [equation for equation in equations if equation.times]
    done: list[_Equation[K]] = []
    while left:
        pivot = left.pop()
        key = next(iter(pivot.times))
        pivot = _scaled(pivot, 1 / pivot.times[key])
        left = [found for equation in left if (found := _without(equation, pivot, key)).times]
        done = [_without(equation, pivot, key) for equation in done] + [pivot]
    yield from done


def _scaled(equation: _Equation[K], by: Fraction) -> _Equation[K]:
    return _Equation({key: by * times for key, times in equation.times.items()}, by * equation.is_)


def _without(equation: _Equation[K], pivot: _Equation[K], key: K) -> _Equation[K]:
    """An equation less so much of the pivot that this number is in it no more."""
    by = equation.times.get(key)
    if by is None:
        return equation
    keys = {**equation.times, **pivot.times}
    times = {k: equation.times.get(k, Fraction(0)) - by * pivot.times.get(k, Fraction(0)) for k in keys}
    return _Equation({k: found for k, found in times.items() if found}, equation.is_ - by * pivot.is_)


def _narrow(bounds: dict[K, tuple[Fraction, Fraction]], equations: list[_Equation[K]]) -> None:
    """Narrow what each number can be by every equation, until nothing changes. Numbers of people are whole."""
    changed = True
    while changed:
        changed = False
        for equation in equations:
            least = sum((_ends(t, bounds[key])[0] for key, t in equation.times.items()), Fraction(0))
            most = sum((_ends(t, bounds[key])[1] for key, t in equation.times.items()), Fraction(0))
            for key, times in equation.times.items():
                low, high = _ends(times, bounds[key])
                ends = sorted(((equation.is_ - (most - high)) / times, (equation.is_ - (least - low)) / times))
                now = max(bounds[key][0], Fraction(ceil(ends[0]))), min(bounds[key][1], Fraction(floor(ends[1])))
                changed = changed or now != bounds[key]
                bounds[key] = now


def _ends(times: Fraction, bounds: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    """The least and the most that a number, so many times, comes to."""
    low, high = sorted((times * bounds[0], times * bounds[1]))
    return low, high
