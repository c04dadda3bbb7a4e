"""Slips in roles, routes, contacts and the calendar: a report that would reach nobody is noticed before it is sent."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import BAKERY
from tests.spoiling import Slip, faults_in, replace

ROLES = "roles.yaml"
ROUTES = "routes.yaml"
CONTACTS = "contacts.yaml"
CALENDAR = "calendar.yaml"
RUDE = "flows/rude-customer.yaml"
INJURY = "flows/injury.yaml"

SLIPS = {
    "a report that goes to an unknown role": Slip(
        file=ROUTES,
        old="receive: [owner, accountant]",
        new="receive: [owner, acountant]",
        on="receive: [owner, acountant]",
        at="routes.shift-lead-conduct.receive",
        problem='there is no role "acountant"',
        remedy='Did you mean "accountant"?',
    ),
    "a report that goes also to an unknown role": Slip(
        file=ROUTES,
        old="role: mentor",
        new="role: mentr",
        on="role: mentr",
        at="routes.injury.also[0].role",
        problem='there is no role "mentr"',
        remedy='Did you mean "mentor"?',
    ),
    "an addition that waits for a question nobody is asked": Slip(
        file=ROUTES,
        old="when: {hurt: [me]}",
        new="when: {hurts: [me]}",
        on="when: {hurts:",
        at="routes.injury.also[0].when.hurts",
        problem='there is no question of injury "hurts"',
        remedy='Did you mean "hurt"?',
    ),
    "an addition that waits for an option that is not offered": Slip(
        file=ROUTES,
        old="when: {hurt: [me]}",
        new="when: {hurt: [myself]}",
        on="when: {hurt:",
        at="routes.injury.also[0].when.hurt",
        problem='there is no option of hurt "myself"',
        remedy="Name one that exists",
    ),
    "an addition that waits for the person's own words": Slip(
        file=ROUTES,
        old="when: {hurt: [me]}",
        new="when: {words: [me]}",
        on="when: {words:",
        at="routes.injury.also[0].when.words",
        problem='nothing is picked in the question "words"',
        remedy="kind choice or many",
    ),
    "an addition that waits for nothing": Slip(
        file=ROUTES,
        old="when: {hurt: [me]}",
        new="when: {hurt: []}",
        on="when: {hurt:",
        at="routes.injury.also[0].when.hurt",
        problem='the condition on "hurt" can never hold',
        remedy="Name the options that it waits for",
    ),
    "a route of a flow that is not there": Slip(
        file=ROUTES,
        old="  declare-allergy:\n",
        new="  burglary:\n    {receive: [owner], how: all, because: It is the owner's shop.}\n  declare-allergy:\n",
        on="    {receive: [owner]",
        at="routes.burglary",
        problem='there is no flow "burglary"',
        remedy="Name one that exists, or add the flow",
    ),
    "a route of a check that is sent to nobody": Slip(
        file=ROUTES,
        old="  declare-allergy:\n",
        new="  kitchen-check:\n    {receive: [owner], how: all, because: The owner asks.}\n  declare-allergy:\n",
        on="    {receive: [owner]",
        at="routes.kitchen-check",
        problem='"kitchen-check" keeps only a date and is sent to nobody',
        remedy="Remove its route",
    ),
    "a route that rests on a clause that is not there": Slip(
        file=ROUTES,
        old="clauses: [3/5]",
        new="clauses: [3/55]",
        on="clauses: [3/55]",
        at="routes.injury.clauses",
        problem='there is no clause "3/55"',
        remedy='Did you mean "3/5"?',
    ),
    "a report that lets nobody choose any more": Slip(
        file=ROUTES,
        old="how: one",
        new="how: all",
        shown=RUDE,
        on="  - tell\n",
        at="questions[12]",
        problem='"tell" asks who should receive it, but its route says all',
        remedy="how: one or how: some in routes.yaml",
    ),
    "a report that lets somebody choose who is not asked": Slip(
        file=ROUTES,
        old="how: all",
        new="how: some",
        shown=INJURY,
        on="  - danger\n",
        at="questions",
        problem="its route says some",
        remedy="how: all in routes.yaml",
    ),
    "nobody outside": Slip(
        file=ROUTES,
        old="outside: helpline",
        new="outside: helplin",
        on="outside: helplin",
        at="outside",
        problem='there is no contact "helplin"',
        remedy='Did you mean "helpline"?',
    ),
    "somebody outside who is not filled in": Slip(
        file=ROUTES,
        old="outside: helpline",
        new="outside: food-office",
        on="outside: food-office",
        at="outside",
        problem='the contact "food-office" cannot be reached',
        remedy="Add its reach to contacts.yaml",
    ),
    "the number of the last resort is taken out": Slip(
        file=CONTACTS,
        old='reach: "08081 570123, day and night"',
        new="ask: owner",
        shown=ROUTES,
        on="outside: helpline",
        at="outside",
        problem='the contact "helpline" cannot be reached',
        remedy="Add its reach to contacts.yaml",
    ),
    "a contact that nobody can be asked about": Slip(
        file=CONTACTS,
        old=", ask: owner",
        new="",
        on="{id: food-office",
        at="contacts[2]",
        problem='the contact "food-office" has neither reach nor ask',
        remedy="which role staff may ask",
    ),
    "a contact that an unknown role is asked about": Slip(
        file=CONTACTS,
        old=", ask: owner",
        new=", ask: ownr",
        on="{id: food-office",
        at="contacts[2].ask",
        problem='there is no role "ownr"',
        remedy='Did you mean "owner"?',
    ),
    "a contact that stands twice": Slip(
        file=CONTACTS,
        old="{id: food-office",
        new="{id: emergency",
        on="{id: emergency, name: The council",
        at="contacts[2]",
        problem="emergency",
        remedy="the other is in contacts.yaml, line",
    ),
    "an unknown role to ask first": Slip(
        file=ROLES,
        old="ask_first: shift_lead",
        new="ask_first: shiftlead",
        on="ask_first: shiftlead",
        at="ask_first",
        problem='there is no role "shiftlead"',
        remedy='Did you mean "shift_lead"?',
    ),
    "an unknown role that leads on safety": Slip(
        file=ROLES,
        old="safety_lead: owner",
        new="safety_lead: ownr",
        on="safety_lead: ownr",
        at="safety_lead",
        problem='there is no role "ownr"',
        remedy='Did you mean "owner"?',
    ),
    "an unknown role above another": Slip(
        file=ROLES,
        old="above: accountant",
        new="above: acountant",
        on="{id: owner",
        at="roles[2].above",
        problem='there is no role "acountant"',
        remedy='Did you mean "accountant"?',
    ),
    "a role that is above itself": Slip(
        file=ROLES,
        old="scope: trust, named: false",
        new="scope: trust, above: accountant",
        on="{id: accountant",
        at="roles[3].above",
        problem="above runs in a circle: accountant, accountant",
        remedy="Leave above out of the highest role",
    ),
    "roles that are above each other": Slip(
        file=ROLES,
        old="scope: trust, named: false",
        new="scope: trust, above: shift_lead",
        on="{id: shift_lead",
        at="roles[1].above",
        problem="above runs in a circle: shift_lead, owner, accountant, shift_lead",
        remedy="Leave above out of the highest role",
    ),
    "a role that stands twice": Slip(
        file=ROLES,
        old="# Whom to ask",
        new="  - {id: owner, title: landlord}\n# Whom to ask",
        on="title: landlord",
        at="roles[4]",
        problem="owner",
        remedy="the other is in roles.yaml, line",
    ),
    "a time zone that is none": Slip(
        file=CALENDAR,
        old="timezone: Europe/London",
        new="timezone: Europe/Londn",
        on="timezone: Europe/Londn",
        at="timezone",
        problem='there is no timezone "Europe/Londn"',
        remedy='Did you mean "Europe/London"?',
    ),
    "a shop that closes before it opens": Slip(
        file=CALENDAR,
        old='closes: "13:00"',
        new='closes: "01:00"',
        on='closes: "01:00"',
        at="closes",
        problem="it closes at 01:00, not after it opens at 05:00",
        remedy="24 hours long",
    ),
    "a shop that closes as it opens": Slip(
        file=CALENDAR,
        old='closes: "13:00"',
        new='closes: "05:00"',
        on='closes: "05:00"',
        at="closes",
        problem="not after it opens",
        remedy="24 hours long",
    ),
    "an hour that is none": Slip(
        file=CALENDAR,
        old='opens: "05:00"',
        new='opens: "5"',
        on='opens: "5"',
        at="opens",
        problem='("5")',
        remedy="Correct the value",
    ),
    "days that end before they begin": Slip(
        file=CALENDAR,
        old="last: 2026-12-28",
        new="last: 2025-12-28",
        on="last: 2025-12-28",
        at="closed[0]",
        problem="its last day, 2025-12-28, comes before its first, 2026-12-25",
        remedy="correct the year",
    ),
    "a term that ends before it begins": Slip(
        file=CALENDAR,
        old="closed:\n",
        new="terms:\n  - {first: 2030-09-01, last: 2030-07-01}\nclosed:\n",
        on="  - {first: 2030-09-01",
        at="terms[0]",
        problem="its last day, 2030-07-01, comes before its first, 2030-09-01",
        remedy="Exchange the two",
    ),
    "a day that is none": Slip(
        file=CALENDAR,
        old="last: 2026-12-28",
        new="last: 28 December",
        on="last: 28 December",
        at="closed[0].last",
        problem='("28 December")',
        remedy="Write the year, the month and the day",
    ),
    "a warning after the end": Slip(
        file=CALENDAR,
        old="closed:\n",
        new="draft_warning_days: 15\ndraft_days: 14\nclosed:\n",
        on="draft_days: 14",
        at="draft_days",
        problem="deleted after 14 days, with the warning after 15 and the reminder after 7",
        remedy="Let the reminder come first",
    ),
    "a reminder on the day of the warning": Slip(
        file=CALENDAR,
        old="closed:\n",
        new="draft_nudge_days: 12\nclosed:\n",
        on="timezone:",
        at="draft_days",
        problem="with the warning after 12 and the reminder after 12",
        remedy="Let the reminder come first",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bakery of one's own, to spoil."""
    return shutil.copytree(BAKERY, tmp_path / "bakery")


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
def test_one_slip_on_a_reports_way_is_one_fault_with_its_file_its_line_and_a_remedy(folder: Path, slip: Slip) -> None:
    file, place = slip.make(folder)

    [fault] = faults_in(folder)

    assert (fault.file, fault.place) == (file, place)
    assert slip.problem in fault.problem
    assert slip.remedy in fault.remedy


@pytest.mark.parametrize("zone", ["Europe", "../../secret", "/dev/null", "x" * 300, "\\0"])
def test_an_odd_time_zone_is_a_fault_and_never_an_accident(folder: Path, zone: str) -> None:
    replace(folder / CALENDAR, "timezone: Europe/London", f'timezone: "{zone}"')

    [fault] = faults_in(folder)

    assert (fault.file, fault.place) == (CALENDAR, "line 2, timezone")


def test_an_additional_role_may_wait_for_any_question_of_the_flow_also_a_shared_one(folder: Path) -> None:
    replace(folder / ROUTES, "when: {hurt: [me]}", "when: {danger: [dangr]}")

    [fault] = faults_in(folder)

    assert fault.problem == 'there is no option of danger "dangr"'
    assert fault.remedy == 'Did you mean "danger"?'
