"""Every sentence on pages of our own (links, records, figures): read from `knowledge/page-wording.yaml`."""

from __future__ import annotations

from bot.knowledge import Label, Line, Shape


class PageWording(Shape):
    """The fixed sentences of pages. `{…}` is filled in; `PAGE_PLACES` tells which names may stand where."""

    # Opening a link
    opening: Label
    opening_text: Line
    open: Label
    gone: Label
    gone_text: Line
    busy: Label
    busy_text: Line
    try_again: Label
    broken: Label
    # The record: what it is
    record: Label  # {ref}
    download: Label
    download_hint: Line
    made: Line  # {time} {role}
    left_out: Label
    left_out_nothing: Line
    blacked_out: Label  # {count}
    # Its parts
    sent: Label
    sent_as: Label
    closed: Label
    still_open: Label
    withdrawn: Label
    receipt: Label
    policy: Label
    policy_of: Line  # {policy} {date}
    treated_named: Line
    treated_confidential: Line
    the_reporter: Label
    name_left_out: Label
    unknown_name: Label
    stands_in: Label  # {who}
    received: Label
    told_first: Label
    told_later: Label  # {time}
    because: Label
    said: Label
    outcome: Label
    told_reporter: Label
    timeline: Label
    before: Label
    messages: Label
    notes: Label
    notes_intro: Line
    referrals: Label
    noted_by: Label  # {who} {time}
    harm_may: Label
    harm_not: Label
    decided: Label
    not_agreed: Label
    ran_out: Label
    undecided: Label
    audit: Label
    audit_intro: Line
    audit_head: Line  # {hash}
    number: Label
    time: Label
    action: Label
    code: Label
    # The figures
    figures: Label
    figures_made: Line  # {time}
    figures_all: Line
    figures_of: Line  # {places}
    figures_small: Line  # {smallest}
    few: Label  # {smallest}
    not_shown: Label
    now: Label
    open_now: Label
    late_now: Label
    by_month: Label
    month: Label
    every_kind: Label
    kinds_few: Line  # {kinds} {smallest}
    by_kind: Label
    kind: Label
    reports: Label
    responsibility: Label
    responsibility_intro: Line
    urgency: Label
    half_within: Label
    in_time: Label
    minutes: Label  # {count}
    hours: Label  # {count}
    share: Label  # {percent}
    at_least: Label  # {percent}
    at_most: Label  # {percent}
    outcomes: Label
    how_it_went: Label  # {question}
    how_it_went_intro: Line
    answer: Label
    count: Label
    how_many: Label
    declared: Label
    declared_intro: Line
    sent_in_year: Label
    declared_ended: Label


_NAMES = {
    "record": "ref",
    "made": "time role",
    "blacked_out": "count",
    "policy_of": "policy date",
    "stands_in": "who",
    "told_later": "time",
    "noted_by": "who time",
    "audit_head": "hash",
    "figures_made": "time",
    "figures_of": "places",
    "figures_small": "smallest",
    "few": "smallest",
    "kinds_few": "kinds smallest",
    "minutes": "count",
    "hours": "count",
    "how_it_went": "question",
    "share": "percent",
    "at_least": "percent",
    "at_most": "percent",
}
PAGE_PLACES: dict[str, frozenset[str]] = {key: frozenset(names.split()) for key, names in _NAMES.items()}
"""Which names in braces each sentence may hold; none elsewhere."""
