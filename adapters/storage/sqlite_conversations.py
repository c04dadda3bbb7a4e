"""Conversations and the events they have seen: sealed, found by marks, and forgotten in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from adapters.storage.sealing import Place
from adapters.storage.sqlite_counts import Counts
from adapters.storage.sqlite_file import SqliteFile
from adapters.storage.sqlite_vault import Vault
from adapters.storage.stored_state import conversation_from_bytes, conversation_to_bytes
from bot.errors import Damaged
from bot.events import Actor
from bot.state import EVENTS_KEPT, EVENTS_KEPT_ANYHOW, REMEMBERED, Conversation


class Conversations:
    """Where people stand. Within a transaction."""

    def __init__(self, file: SqliteFile, vault: Vault, counts: Counts) -> None:
        self._file = file
        self._vault = vault
        self._counts = counts

    def seen(self, organisation: str, key: str) -> bool:
        """Whether the event with this key is remembered."""
        event = self._vault.mark(organisation, "event", key)
        return bool(
            self._file.rows("select 1 from events_seen where organisation = ? and event = ?", (organisation, event))
        )

    def see(self, organisation: str, key: str, at: datetime) -> None:
        """Remember the event with this key."""
        event = self._vault.mark(organisation, "event", key)
        self._file.run("insert or replace into events_seen values (?, ?, ?)", (organisation, event, at.timestamp()))

    def state(self, actor: Actor) -> Conversation:
        """Where somebody stands; at the beginning if they are not known."""
        person = self._person(actor)
        rows = self._file.rows(
            "select sealed from conversations where organisation = ? and person = ?", (actor.organisation, person)
        )
        return self._open(actor.organisation, person, rows[0][0])[1] if rows else Conversation()

    def keep(self, actor: Actor, state: Conversation, at: datetime, wake: datetime | None) -> None:
        """Replace where somebody stands; a question that is past its time is not kept, and nothing for nobody."""
        if state.asked and at - state.asked.at > REMEMBERED:
            state = replace(state, asked=None)
        person = self._person(actor)
        if not state.asked and not state.wanted:
            self._file.run(
                "delete from conversations where organisation = ? and person = ?", (actor.organisation, person)
            )
            return
        sealed = self._vault.seal(
            "state", _place(actor.organisation, person), conversation_to_bytes(actor.person, state)
        )
        until = (state.asked.at + REMEMBERED).timestamp() if state.asked else None
        self._file.run(
            "insert or replace into conversations values (?, ?, ?, ?, ?, ?)",
            (actor.organisation, person, sealed, state.wanted, until, wake.timestamp() if wake else None),
        )

    def forget(self, at: datetime) -> None:
        """Erase questions and event keys that are past their time."""
        now = at.timestamp()
        self._file.run(
            "delete from events_seen where at <= ? and rowid <= (select max(rowid) from events_seen) - ?",
            ((at - EVENTS_KEPT).timestamp(), EVENTS_KEPT_ANYHOW),
        )
        self._file.run("delete from conversations where until < ? and not kept", (now,))
        for organisation, person, sealed in self._file.rows(
            "select organisation, person, sealed from conversations where until < ?", (now,)
        ):
            # What was altered outside is left as it is, for whoever looks into it.
            if opened := self._opened_or_noted(organisation, person, sealed):
                plain = conversation_to_bytes(opened[0], replace(opened[1], asked=None))
                sealed = self._vault.seal("state", _place(organisation, person), plain)
            self._file.run(
                "update conversations set sealed = ?, until = null where organisation = ? and person = ?",
                (sealed, organisation, person),
            )

    def asleep_until(self, at: datetime) -> tuple[Actor, ...]:
        """Whose conversation wants looking at. One that was altered is passed over, and the operator told, once."""
        actors = []
        for organisation, person, sealed in self._file.rows(
            "select organisation, person, sealed from conversations where wake <= ? order by wake", (at.timestamp(),)
        ):
            if opened := self._opened_or_noted(organisation, person, sealed):
                actors.append(Actor(organisation=organisation, person=opened[0]))
            else:
                self._file.run(
                    "update conversations set wake = null where organisation = ? and person = ?",
                    (organisation, person),
                )
        return tuple(actors)

    def _person(self, actor: Actor) -> bytes:
        return self._vault.mark(actor.organisation, "person", actor.person)

    def _open(self, organisation: str, person: object, sealed: object) -> tuple[str, Conversation]:
        return conversation_from_bytes(self._vault.unseal("state", _place(organisation, person), sealed))

    def _opened_or_noted(self, organisation: str, person: object, sealed: object) -> tuple[str, Conversation] | None:
        try:
            return self._open(organisation, person, sealed)
        except Damaged:
            self._counts.worry(organisation, "damaged")
            return None


def _place(organisation: str, person: object) -> Place:
    row = person.hex() if isinstance(person, bytes) else repr(person)
    return Place(organisation=organisation, table="conversations", row=row, field="sealed")
