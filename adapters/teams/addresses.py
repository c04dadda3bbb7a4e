"""Which addresses of the Bot Connector are Microsoft's. Nothing is sent to any other, least of all our token."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

SERVICE_HOSTS: Final = frozenset({"smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com"})
"""Where Teams' connector lives: the public cloud, and GCC, which has the public cloud's identities."""

SERVICE_DOMAINS: Final = (".botframework.com",)
"""Domains of which every host is Microsoft's. Never a domain in which anybody can have a host."""

EVERYWHERE: Final = "https://smba.trafficmanager.net/teams"
"""The connector's address for somebody who has not written yet, whatever region they are in."""


def is_loopback(url: str) -> bool:
    """Whether this address is on this machine, by number or as "localhost"."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_trusted(url: str, *, loopback: bool = False) -> bool:
    """Whether a service URL may be called: Microsoft's, over https on its own port; with `loopback`, only this machine.

    Anything that could be read in two ways is refused.
    """
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in " \\?#@"):
        return False
    if loopback:
        return is_loopback(url) and url.startswith(("http://", "https://"))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and port in (None, 443) and (host in SERVICE_HOSTS or host.endswith(SERVICE_DOMAINS))
