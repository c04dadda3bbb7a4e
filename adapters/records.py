"""The commands about people, routes and the record: `people`, `who`, `verify`, `rotate-key`; and what `check` adds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from adapters.directory import read_people, role_changes
from bot.errors import SettingsError
from bot.events import Actor
from bot.library import Library
from bot.loading import load
from bot.people import Directory
from bot.ports import Store
from bot.proving import Row, holes, who
from bot.settings import Settings
from bot.speaking import say
from bot.state import Conversation
from bot.turn import Letter, Turn


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add these commands to the parser of `candour`."""
    people = commands.add_parser("people", help="import the directory from a CSV file", description=_people.__doc__)
    people.add_argument("file", type=Path, help="a CSV file with the columns of knowledge/sample-people.csv")
    people.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    people.set_defaults(command=_people)

    asks = commands.add_parser("who", help="who would get a kind of report, by name", description=_who.__doc__)
    asks.add_argument("flow", help="the kind of report, by its id in flows/")
    asks.add_argument("--academy", help="one academy (default: all of them)")
    asks.set_defaults(command=_who)

    verify = commands.add_parser(
        "verify", help="check the audit chain, or a receipt's code", description=_verify.__doc__
    )
    verify.add_argument("code", nargs="?", help="the code of a receipt")
    verify.add_argument("--head", metavar="NUMBER:HASH", help="a head noted earlier, which must still be there")
    verify.set_defaults(command=_verify)

    rotate = commands.add_parser(
        "rotate-key", help="change the key that seals the reports", description=_rotate.__doc__
    )
    rotate.set_defaults(command=_rotate)


def proof(library: Library, settings: Settings) -> Iterator[str]:
    """What `candour check` says about routes, contacts and calendar: every hole, and what is not filled in."""
    directory = _directory(settings, library)
    found = holes(library.routes, library.roles, directory, _today())
    yield from (f"HOLE: {hole}" for hole in found)
    if not found:
        academies = ", ".join(directory.academies()) or "no academy"
        yield (
            f"Every kind of report reaches a living person, whoever it is about ({academies}; "
            f"{len(directory.people)} people)."
        )
    for contact in library.contacts.values():
        if not contact.reach:
            yield f'Not filled in: how to reach "{contact.name}" (contacts.yaml).'
    yield from _casework(library, directory)
    if library.calendar.terms and max(term.last for term in library.calendar.terms) < _today():
        yield "The last term in calendar.yaml is over: every weekday counts as a working day until you add terms."


def _casework(library: Library, directory: Directory) -> Iterator[str]:
    """What of casework does not fit the directory."""
    for academy in library.calendar.academies:
        if academy not in directory.academies():
            yield f'calendar.yaml has days of "{academy}", where nobody works: names must be as in the directory.'
    rule = library.casework.decision
    if rule is None:
        return
    for academy in directory.academies():
        holders = {h.id for role in rule.roles for h in directory.holders(library.roles[role], academy, "") if h.active}
        if len(holders) <= rule.needed:
            yield (
                f"Only {len(holders)} could decide together in {academy}, and it takes {rule.needed}: "
                "where one of them reports or is whom it is about, nothing can be decided."
            )


def _people(options: argparse.Namespace, settings: Settings) -> int:
    """Replace the directory by the people of a CSV file. Every fault in it is named, and then nothing is changed."""
    from adapters.main import open_store

    library = load(settings.knowledge)
    after = read_people(options.file, library.roles)
    with open_store(settings) as store:
        with store.transaction():
            before = store.directory(settings.organisation)
        roles = role_changes(before, after)
        if not options.dry_run:
            with store.transaction():
                store.keep_directory(settings.organisation, after)
                if before.people and roles:
                    _tell_holders(store, settings.organisation, library, (before, after), roles)
            _give_to_others(store, settings, before)
    joined, left = after.people.keys() - before.people.keys(), before.people.keys() - after.people.keys()
    changed = [library.roles[role].title for role in roles if role in library.roles]
    print(f"{len(after.people)} people: {len(joined)} new, {len(left)} no longer there.")
    if changed:
        print(f"Roles held by somebody else than before: {', '.join(changed)}.")
    print("Nothing was changed." if options.dry_run else "Reports that were sent keep the route they were sent with.")
    for hole in holes(library.routes, library.roles, after, _today()):
        print(f"HOLE: {hole}")
    return 0


def _give_to_others(store: Store, settings: Settings, before: Directory) -> None:
    """Have all cases looked at, also those that nobody could receive: none may lie with somebody who is gone."""
    from bot.compiling import open_knowledge
    from bot.service import Service

    if before.people:
        knowledge = open_knowledge(settings.knowledge, settings.cache, lambda _: None)
        Service(lambda: knowledge, store).directory_changed(settings.organisation, datetime.now(UTC))


def _tell_holders(
    store: Store, organisation: str, library: Library, directories: tuple[Directory, Directory], roles: tuple[str, ...]
) -> None:
    """Have everybody who held or holds a role that changed hands told so: nobody should come by one unnoticed."""
    told = sorted(
        {person.id for directory in directories for person in directory.people.values() if {*person.roles} & {*roles}}
        & {person.id for person in directories[1].people.values() if person.active}
    )
    message = say(library.report_wording.roles_changed)
    turn = Turn(state=Conversation(), letters=tuple(Letter(to=person, message=message) for person in told))
    store.write(Actor(organisation=organisation, person=""), f"people:{uuid4()}", datetime.now(UTC), turn)


def _who(options: argparse.Namespace, settings: Settings) -> int:
    """Show who would get a kind of report in each academy, by name, and who is told next if nobody responds."""
    library = load(settings.knowledge)
    if options.flow not in library.routes:
        known = ", ".join(library.routes)
        raise SettingsError(f'There is no kind of report "{options.flow}". Known: {known}.')
    directory = _directory(settings, library)
    academies = directory.academies() or ("",)
    if options.academy and options.academy not in academies:
        raise SettingsError(f'Nobody works at "{options.academy}". Known: {", ".join(academies)}.')
    rule = library.routes[options.flow]
    print(f"{library.flows[options.flow].title}: {rule.because}")
    for academy in (options.academy,) if options.academy else academies:
        print(f"\n{academy}")
        for row in who(rule, library.roles, directory, academy=academy, day=_today()):
            print(f"  {_row(row, rule.how)}")
    return 0


def _row(row: Row, how: str) -> str:
    at_once = {"all": "at once", "one": "if chosen", "some": "if chosen"}[how]
    when = f"then {row.step}" if row.step else "sometimes" if row.only_if else at_once
    nobody = "each reporter's own" if row.role.scope == "manager" else "nobody: goes to the role above"
    person = f"{row.person}, for {row.standing_in_for}" if row.standing_in_for else row.person or nobody
    return f"{when:10} {row.role.title}: {person}{f' ({row.only_if})' if row.only_if else ''}"


def _verify(options: argparse.Namespace, settings: Settings) -> int:
    """Check that nothing in the audit chain or in any case was altered, or that a receipt's code is what was sent."""
    from adapters.main import open_store
    from adapters.storage import audit

    with open_store(settings) as store:
        if options.code:
            receipt = audit.verify_code(store, settings.organisation, options.code)
            if receipt is None:
                return _wrong("No report was sent with this code. Check each letter and digit.")
            if receipt.fault:
                return _wrong(f"Row {receipt.fault.row} of the record is wrong: {receipt.fault.what}.")
            print(f"This is what was sent{f' on {receipt.at:%d %B %Y at %H:%M} UTC' if receipt.at else ''}, unaltered.")
            return 0
        verdict = audit.verify(store, settings.organisation, published=_head(options.head))
    if verdict.fault:
        return _wrong(f"Row {verdict.fault.row} of {verdict.rows} is wrong: {verdict.fault.what}.")
    if not verdict.rows:
        print("The record is empty: nothing has been sent yet.")
        return 0
    number, head = verdict.head
    print(f"The record is unbroken: {verdict.rows} rows. Its head, to be noted in another place: {number}:{head}")
    return 0


def _head(noted: str | None) -> tuple[int, str] | None:
    if noted is None:
        return None
    number, _, known = noted.partition(":")
    if not number.isdecimal() or len(number) > 12 or not known:
        raise SettingsError(f"--head {noted}: give what an earlier `candour verify` printed, as NUMBER:HASH.")
    return int(number), known


def _wrong(said: str) -> int:
    print(said, file=sys.stderr)
    return 1


def _rotate(_: argparse.Namespace, settings: Settings) -> int:
    """Make a new key and seal everything under it. May be stopped and run again; the old key opens what is left."""
    from adapters.storage.rotation import rotate

    done = rotate(settings.key_file, settings.key, settings.database)
    source = "CANDOUR_KEY" if settings.key else str(settings.key_file)
    print(f"{done.rewrapped} keys are under the new master key. Keep a copy of {source} in another place.")
    return _wrong(f"{done.damaged} could not be, because they were altered: candour verify.") if done.damaged else 0


def _directory(settings: Settings, library: Library) -> Directory:
    """The directory in use: the imported one, else the sample people."""
    from adapters.main import open_store

    if settings.database.exists():
        with open_store(settings) as store, store.transaction():
            directory = store.directory(settings.organisation)
        if directory.people:
            return directory
    if settings.sample_people.exists():
        return read_people(settings.sample_people, library.roles)
    return Directory()


def _today() -> date:
    return datetime.now(UTC).date()
