"""What every store promises of where people can be written to."""

from __future__ import annotations

from bot.ports import Store


def address(store: Store, person: str, platform: str = "teams", organisation: str = "north") -> str | None:
    with store.transaction():
        return store.address(organisation, platform, person)


def test_an_address_is_known_once_it_was_learnt_and_the_latest_holds(store: Store) -> None:
    assert address(store, "anne@north.example") is None

    for known in ("first", "second, with ümlauts"):
        with store.transaction():
            store.remember_address("north", "teams", "anne@north.example", known)

    assert address(store, "anne@north.example") == "second, with ümlauts"


def test_addresses_of_people_platforms_and_organisations_do_not_mix(store: Store) -> None:
    with store.transaction():
        store.remember_address("north", "teams", "anne@north.example", "hers")

    assert address(store, "ben@north.example") is None
    assert address(store, "anne@north.example", platform="slack") is None
    assert address(store, "anne@north.example", organisation="south") is None
