"""Settings from the environment, checked at the start. An unsafe or impossible one stops the start and is named."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are. `knowledge`: the policies and answers; `data`: the database and the compiled knowledge.

    `key` is the key itself, if it comes from the environment; else it is in `key_file`. `slack` and `teams`
    are the settings whose names begin with CANDOUR_SLACK_ and CANDOUR_TEAMS_, read by those adapters. None is ever
    shown or logged. `url` is the public address of this server, where its own pages are; None if it has none.
    """

    knowledge: Path
    data: Path
    organisation: str
    key_file: Path
    key: str | None = field(default=None, repr=False)
    slack: Mapping[str, str] = field(default_factory=dict, repr=False)
    teams: Mapping[str, str] = field(default_factory=dict, repr=False)
    url: str | None = None

    @property
    def cache(self) -> Path:
        """The compiled knowledge; safe to delete at any time."""
        return self.data / "compiled"

    @property
    def sample_people(self) -> Path:
        """People to play with until a directory is imported."""
        return self.knowledge / "sample-people.csv"

    @property
    def database(self) -> Path:
        """The embedded database."""
        return self.data / "candour.db"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environment` (default: the process's). Raises SettingsError naming the setting."""
    given = os.environ if environment is None else environment
    default = Path(__file__).parents[1] / "knowledge"
    data = Path(given.get("CANDOUR_DATA") or ".candour")
    if data.exists() and not data.is_dir():
        raise SettingsError(f"CANDOUR_DATA names {data}, which is a file. Name a folder, or leave it unset.")
    return Settings(
        knowledge=Path(given.get("CANDOUR_KNOWLEDGE") or default),
        data=data,
        organisation=given.get("CANDOUR_ORGANISATION") or "default",
        key_file=Path(given.get("CANDOUR_KEY_FILE") or data / "candour.key"),
        key=given.get("CANDOUR_KEY") or None,
        slack={name: value for name, value in given.items() if name.startswith("CANDOUR_SLACK_") and value},
        teams={name: value for name, value in given.items() if name.startswith("CANDOUR_TEAMS_") and value},
        url=_address(given),
    )


def _address(given: Mapping[str, str]) -> str | None:
    """The public address: its own setting, else the one that a platform was told."""
    for name in ("CANDOUR_URL", "CANDOUR_SLACK_URL", "CANDOUR_TEAMS_URL"):
        url = given.get(name, "").rstrip("/")
        if url.startswith("https://") or urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost"):
            return url
        if url and name == "CANDOUR_URL":
            raise SettingsError(f"CANDOUR_URL={url}: give the public address of this server, beginning with https://.")
    return None
