"""Only Microsoft's addresses are ever called; this machine's only where that was switched on (check 6)."""

from __future__ import annotations

import pytest

from adapters.teams.addresses import is_trusted


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net/uk/",
        "https://smba.trafficmanager.net/emea/ba4e0000-0000-4000-8000-000000000001/",
        "https://smba.infra.gcc.teams.microsoft.com/teams",
        "https://SMBA.trafficmanager.net:443/uk/",
        "https://europe.botframework.com/",
    ],
)
def test_microsofts_addresses_are_trusted(url: str) -> None:
    assert is_trusted(url)
    assert not is_trusted(url, loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "smba.trafficmanager.net",
        "http://smba.trafficmanager.net/",
        "https://trafficmanager.net/",
        "https://evil.trafficmanager.net/",
        "https://botframework.com/",
        "https://evilbotframework.com/",
        "https://europe.botframework.com.evil.example/",
        "https://smba.trafficmanager.net:8443/",
        "https://smba.trafficmanager.net:x/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://evil.example\\@smba.trafficmanager.net/",
        "https://evil.example#.botframework.com",
        "https://evil.example?.botframework.com",
        "https://smba.trafficmanager.net\n.evil.example/",
        "https://ѕmba.trafficmanager.net/",
        "https://[::1",
        "ftp://smba.trafficmanager.net/",
        "http://127.0.0.1:3978/",
        "http://localhost/",
        "http://169.254.169.254/",
    ],
)
def test_any_other_address_is_not(url: str) -> None:
    assert not is_trusted(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:56150/_connector", "http://localhost:56150/", "http://[::1]:80/"])
def test_this_machine_is_trusted_only_where_that_was_switched_on(url: str) -> None:
    assert is_trusted(url, loopback=True)
    assert not is_trusted(url)


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://localhost.evil.example/", "file://localhost/", "http://a@localhost/"]
)
def test_what_is_not_this_machine_is_not_trusted_for_it(url: str) -> None:
    assert not is_trusted(url, loopback=True)
