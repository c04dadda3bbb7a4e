"""Where people can be written to in Teams, kept so that alerts reach them also after a restart.

Teams gives no list of addresses: each is learnt from what a person does. They are sealed in the store like everything
else about people.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.ports import Store

PLATFORM = "teams"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """How to reach somebody: through which address of the connector, as which bot, as which user of which tenant.

    `conversation` is the chat with that person alone; empty while they have only been met among others.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    service_url: str
    tenant: str
    bot: str
    user: str = ""
    conversation: str = ""


_SHAPE = TypeAdapter(Reference)


class References:
    """The references of one organisation. Every method may raise Conflict, as the store does, or Damaged."""

    def __init__(self, store: Store, organisation: str) -> None:
        self._store = store
        self._organisation = organisation
        self._known: dict[str, Reference] = {}

    async def learn(self, person: str, reference: Reference) -> None:
        """Keep how to reach a person, and through which address their tenant is reached. Writes only what changed."""
        known = await self.of(person)
        if not reference.conversation and known and known.user == reference.user:
            reference = replace(reference, conversation=known.conversation)
        doorway = Reference(service_url=reference.service_url, tenant=reference.tenant, bot=reference.bot)
        learnt = {person: reference, reference.tenant: doorway}
        changed = {key: value for key, value in learnt.items() if self._known.get(key) != value}
        if changed:
            await asyncio.to_thread(self._keep, changed)
            self._known |= changed

    async def of(self, person: str) -> Reference | None:
        """How to reach a person, or None if they have never been met in Teams."""
        if person not in self._known and (found := await asyncio.to_thread(self._find, person)):
            self._known.setdefault(person, found)
        return self._known.get(person)

    async def doorway(self, tenant: str) -> Reference | None:
        """The address through which people of a tenant were reached last; it names no user."""
        return await self.of(tenant)

    def _keep(self, changed: dict[str, Reference]) -> None:
        with self._store.transaction():
            for key, reference in changed.items():
                told = _SHAPE.dump_json(reference).decode()
                self._store.remember_address(self._organisation, PLATFORM, key, told)

    def _find(self, person: str) -> Reference | None:
        with self._store.transaction():
            told = self._store.address(self._organisation, PLATFORM, person)
        try:
            return _SHAPE.validate_json(told) if told is not None else None
        except ValidationError:
            return None  # of another version of Candour: learnt anew with the next thing they do
