"""The audit chain: who did what to which case, in rows of which each holds the hash of the one before.

Whoever alters the database without its keys cannot make a row that fits. A tail that is cut off is found by the cases
it leaves behind, or against a head that was published before. No reference, person or content is in a row.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.cases import Case
from bot.casework import code_of

_READ_OUT = str.maketrans("OIL", "011")
"""Letters that a code never has, and what they are taken for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One thing that was done. `case` and `by` are marks (hex), or empty; `digest` is of what was kept.

    For the action "sent" the digest is the case's code, else the SHA-256 of the case as it is kept.
    """

    number: int
    at: str
    action: str
    case: str
    by: str
    digest: str
    previous: str
    hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCase:
    """A case as it is kept: its mark, how often it was written, its plain bytes and itself; None if damaged."""

    mark: str
    version: int
    plain: bytes | None
    case: Case | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Everything that is compared: the chain's key, its rows in order, and the cases by their marks."""

    key: bytes
    rows: tuple[AuditRow, ...]
    cases: Mapping[str, KeptCase]


class Audited(Protocol):
    """A store with an audit chain."""

    def books(self, organisation: str) -> Books:
        """The chain and the cases, as they are at one moment. Own transaction."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """The first row that is wrong, counted from 1, and what is wrong with it, for the operator."""

    row: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How many rows there are, the number and hash of the last, and the first that is wrong, or None."""

    rows: int
    head: tuple[int, str]
    fault: Wrong | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was found for a code: its row, when it was sent, and what is wrong from there to the head, or None."""

    row: int
    at: datetime | None
    fault: Wrong | None


def next_row(
    key: bytes, organisation: str, last: AuditRow | None, *, at: datetime, action: str, case: str, by: str, digest: str
) -> AuditRow:
    """The row that follows `last`, or the first."""
    number, previous = (last.number + 1, last.hash) if last else (1, "")
    row = AuditRow(number=number, at=at.isoformat(), action=action, case=case, by=by, digest=digest, previous=previous)
    return replace(row, hash=_hash(key, organisation, row))


def digest_of(step: str, case: Case, plain: bytes) -> str:
    """What a row holds of the case it was written for: its code when it is sent, later what is kept of it."""
    return case.code if step == "sent" else hashlib.sha256(plain).hexdigest()


def verify(store: Audited, organisation: str, published: tuple[int, str] | None = None) -> Verdict:
    """Compute the chain again and compare it with the cases, and with a head (number, hash) published earlier."""
    books = store.books(organisation)
    head = (books.rows[-1].number, books.rows[-1].hash) if books.rows else (0, "")
    # A broken chain says for certain which row is wrong; what the cases say then follows from it.
    fault = _chain_fault(books, organisation) or _head_fault(books, published) or _case_fault(books)
    return Verdict(rows=len(books.rows), head=head, fault=fault)


def verify_code(store: Audited, organisation: str, code: str) -> Receipt | None:
    """Find the report that a receipt's code belongs to, and check it and all that came after; None if there is none.

    Capitals, dashes and spaces do not matter.
    """
    books, wanted = store.books(organisation), _spoken(code)
    # By the case as well: where the row was altered, it has another code, and is the one to be named.
    marks = {kept.mark for kept in books.cases.values() if kept.case and _spoken(kept.case.code) == wanted}
    # The first row of a case is the one that it was sent by, whatever somebody may have made of the word in it.
    rows = enumerate(books.rows)
    found = [place for place, row in rows if _spoken(row.digest) == wanted or row.case in marks]
    if not found or not wanted:
        return None
    row = books.rows[found[0]]
    fault = _chain_fault(books, organisation, found[0]) or _case_fault(books, row.case)
    return Receipt(row=row.number, at=_time(row.at), fault=fault)


def _chain_fault(books: Books, organisation: str, start: int = 0) -> Wrong | None:
    """The first break in the chain, from this place on: after it, nothing that follows can be told apart."""
    rows = books.rows[start:]
    number, previous = (rows[0].number, rows[0].previous) if start else (1, "")
    for row in rows:
        if row.number != number:
            return Wrong(row=number, what="it is missing")
        if row.hash != _hash(books.key, organisation, row):
            return Wrong(row=number, what="it was altered, or was not written by Candour")
        if row.previous != previous:
            return Wrong(row=number, what="it does not follow the row before it, which was exchanged")
        number, previous = number + 1, row.hash
    return None


def _head_fault(books: Books, published: tuple[int, str] | None) -> Wrong | None:
    if published is None or published == (0, ""):
        return None
    number, known = published
    if number > len(books.rows):
        return Wrong(row=len(books.rows) + 1, what=f"it and all up to the published row {number} are missing")
    if number < 1 or books.rows[number - 1].hash != known:
        return Wrong(row=max(number, 1), what="it is not the row that was published; the file may have been replaced")
    return None


def _case_fault(books: Books, only: str | None = None) -> Wrong | None:
    """The first disagreement between the rows and the cases, of all cases or of the one with this mark."""
    written: defaultdict[str, list[AuditRow]] = defaultdict(list)
    for row in books.rows:
        if row.digest and only in (None, row.case):
            written[row.case].append(row)
    for mark, rows in written.items():
        if what := _disagreement(rows, books.cases.get(mark)):
            return Wrong(row=rows[-1].number, what=what)
    if only is None and books.cases.keys() - written.keys():
        return Wrong(row=len(books.rows) + 1, what="it is missing: a case is kept for which there is no row")
    return None


def _disagreement(rows: Sequence[AuditRow], kept: KeptCase | None) -> str | None:
    if kept is None:
        return "the case it was written for is missing"
    if kept.case is None or kept.plain is None:
        return "the case it was written for was altered, moved or cut"
    last = rows[-1]
    if last.action != "sent" and last.digest != hashlib.sha256(kept.plain).hexdigest():
        return "the case is kept as it was at another time"
    if kept.version != len(rows):
        return f"the case was written {kept.version} times and has {len(rows)} rows"
    if any(row.action == "sent" and row.digest != code_of(kept.case) for row in rows):
        return "the case does not match the code that its reporter was given"
    return None


def _hash(key: bytes, organisation: str, row: AuditRow) -> str:
    held = [organisation, row.number, row.at, row.action, row.case, row.by, row.digest, row.previous]
    # An altered row may hold anything that a database can; it needs a hash all the same, to be found wrong.
    return hmac.new(key, json.dumps(held, default=str).encode(), "sha256").hexdigest()


def _spoken(code: object) -> str:
    return "".join(letter for letter in str(code).upper() if letter.isalnum()).translate(_READ_OUT)


def _time(at: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(at))
    except ValueError:
        return None
