"""The app package: the manifest filled in for one organisation, zipped with the icons. It asks for no permission."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any, Final
from urllib.parse import urlsplit

from adapters.teams.icons import COLOR, FOLDER, OUTLINE
from adapters.teams.setup import APP_ID, is_guid
from bot.errors import SettingsError

DOOR = "/api/messages"
"""The one path that Teams sends everything to; set where the bot is registered, not in the manifest."""

MANIFEST: Final = "manifest.json"

_DEVELOPER_MAX = 32
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same content gives the same package


def teams_package(
    app_id: str, url: str, *, developer: str = "Candour", website: str = "", privacy: str = "", terms: str = ""
) -> bytes:
    """The package to upload to Teams, as a zip file, for the app with this id and the server at this public address.

    `developer` is whose app it is, as Teams shows it; the other addresses are what Teams links to, and the server's own
    if they are left out. Raises SettingsError for what Teams would not take.
    """
    told = json.loads((FOLDER / MANIFEST).read_text(encoding="utf-8"))
    server = checked_url(url)
    places = {
        "app_id": _checked_id(app_id),
        "developer": _checked_name(developer),
        "website": checked_url(website or server),
        "privacy": checked_url(privacy or website or server),
        "terms": checked_url(terms or website or server),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        filled = json.dumps(_filled(told, places), indent=2, ensure_ascii=False).encode()
        for name, content in (
            (MANIFEST, filled),
            (COLOR, (FOLDER / COLOR).read_bytes()),
            (OUTLINE, (FOLDER / OUTLINE).read_bytes()),
        ):
            package.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def checked_url(url: str) -> str:
    """A public https address, without what follows it. Raises SettingsError for any other."""
    address = url.strip().rstrip("/").removesuffix(DOOR)
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise SettingsError(f"Teams takes no address like {url!r}. Give one like https://candour.example.org.")
    return address


def _checked_id(app_id: str) -> str:
    known = app_id.strip().lower()
    if not is_guid(known):
        raise SettingsError(
            f"Set {APP_ID} to the id of the app, which looks like 12345678-1234-1234-1234-123456789abc."
        )
    return known


def _checked_name(developer: str) -> str:
    name = developer.strip()
    if not 0 < len(name) <= _DEVELOPER_MAX:
        raise SettingsError(f"The developer's name has {len(name)} characters; Teams takes 1 to {_DEVELOPER_MAX}.")
    return name


def _filled(part: Any, places: dict[str, str]) -> Any:
    match part:
        case dict():
            return {name: _filled(value, places) for name, value in part.items()}
        case list():
            return [_filled(value, places) for value in part]
        case str() if part.startswith("{") and part.endswith("}"):
            return places[part[1:-1]]
        case _:
            return part
