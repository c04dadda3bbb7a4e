"""Teams is served with everything that it needs to be safe, or not at all; what is missing is named (check 7)."""

from __future__ import annotations

import pytest

from adapters.teams.door import TokenCheck
from adapters.teams.setup import PLAYGROUND_TENANT, read_setup
from bot.errors import SettingsError
from tests.teams.fake_connector import APP_ID, APP_SECRET, ELSEWHERE, TENANT

WHOLE = {
    "CANDOUR_TEAMS_APP_ID": APP_ID,
    "CANDOUR_TEAMS_APP_SECRET": APP_SECRET,
    "CANDOUR_TEAMS_TENANTS": TENANT,
}
PLAYGROUND = {"CANDOUR_TEAMS_PLAYGROUND": "1"}
ANYWHERE = "0.0.0.0"


def test_a_whole_set_up_names_the_app_and_asks_its_own_tenant_for_tokens() -> None:
    setup = read_setup({**WHOLE, "CANDOUR_TEAMS_TENANTS": f" {TENANT.upper()} , {ELSEWHERE},"}, ANYWHERE)

    assert setup.app_id == APP_ID
    assert setup.tenants == {TENANT, ELSEWHERE}
    assert setup.token_url == f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"
    assert not setup.loopback
    assert APP_SECRET not in repr(setup)


@pytest.mark.parametrize("missing", sorted(WHOLE))
@pytest.mark.parametrize("empty", [None, "", " "])
def test_what_is_missing_is_named(missing: str, empty: str | None) -> None:
    given = {name: value for name, value in {**WHOLE, missing: empty}.items() if value is not None}

    with pytest.raises(SettingsError, match=missing):
        read_setup(given, "127.0.0.1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CANDOUR_TEAMS_APP_ID", "Candour"),
        ("CANDOUR_TEAMS_APP_ID", f"28:{APP_ID}"),
        ("CANDOUR_TEAMS_TENANTS", "bakery.example"),
        ("CANDOUR_TEAMS_TENANTS", "common"),
        ("CANDOUR_TEAMS_TENANTS", "*"),
        ("CANDOUR_TEAMS_TENANTS", ","),
        ("CANDOUR_TEAMS_TENANTS", f"{TENANT},organizations"),
    ],
)
def test_what_is_no_id_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_setup({**WHOLE, name: value}, "127.0.0.1")


@pytest.mark.parametrize("name", ["CANDOUR_TEAMS_OPENID_URL", "CANDOUR_TEAMS_TOKEN_URL"])
@pytest.mark.parametrize("url", ["https://evil.example/", "http://127.0.0.1.evil.example/", "http://127.0.0.1:1/"])
def test_other_servers_for_keys_and_tokens_are_for_tests_on_this_machine_and_only_both(name: str, url: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_setup({**WHOLE, name: url}, "127.0.0.1")


def test_with_both_on_this_machine_the_connector_is_here_as_well() -> None:
    here = dict.fromkeys(("CANDOUR_TEAMS_OPENID_URL", "CANDOUR_TEAMS_TOKEN_URL"), "http://127.0.0.1:1/")

    assert read_setup({**WHOLE, **here}, "127.0.0.1").loopback


def test_without_an_app_or_tenants_there_is_no_door() -> None:
    for app, tenants in (("", {TENANT}), (APP_ID, set[str]())):
        with pytest.raises(ValueError, match="anybody"):
            TokenCheck(app, tenants, None)  # type: ignore[arg-type]


# -- The playground


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_playground_is_for_this_machine(host: str) -> None:
    setup = read_setup(PLAYGROUND, host)

    assert (setup.playground, setup.loopback, setup.app_id) == (True, True, "")
    assert setup.tenants == {PLAYGROUND_TENANT}


@pytest.mark.parametrize("host", [ANYWHERE, "::", "10.0.0.1", "candour.example.org", "127.0.0.1.evil.example", ""])
def test_the_playground_is_refused_where_others_could_reach_it(host: str) -> None:
    with pytest.raises(SettingsError, match="CANDOUR_TEAMS_PLAYGROUND"):
        read_setup(PLAYGROUND, host)


@pytest.mark.parametrize("beside", sorted(WHOLE))
def test_the_playground_is_refused_beside_what_is_real(beside: str) -> None:
    with pytest.raises(SettingsError, match=beside):
        read_setup({**PLAYGROUND, beside: WHOLE[beside]}, "127.0.0.1")


@pytest.mark.parametrize("value", ["true", "yes", "0", " "])
def test_the_playground_is_not_switched_on_by_mistake(value: str) -> None:
    with pytest.raises(SettingsError, match="CANDOUR_TEAMS_PLAYGROUND"):
        read_setup({**WHOLE, "CANDOUR_TEAMS_PLAYGROUND": value}, "127.0.0.1")
