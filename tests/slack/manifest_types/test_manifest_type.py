"""The manifest fits the type that Slack publishes for it, which knows every event and nearly every scope by name."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.slack.manifest import slack_manifest

_HERE = Path(__file__).parent
_NOT_IN_THE_TYPE = "assistant:write"  # Slack documents this scope; @slack/web-api 8.2.0 lacks it

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(not (_HERE / "node_modules").exists(), reason=f"npm ci was not run in {_HERE.name}"),
]


def manifest(url: str | None = "https://candour.example.org") -> dict[str, Any]:
    filled = dict(yaml.safe_load(slack_manifest(url)))
    filled["oauth_config"]["scopes"]["bot"].remove(_NOT_IN_THE_TYPE)
    return filled


def faults(filled: dict[str, Any]) -> list[str]:
    """What the TypeScript compiler says of it."""
    done = subprocess.run(
        ["node", "check.mjs"], input=json.dumps(filled), cwd=_HERE, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("url", ["https://candour.example.org", None], ids=["https", "socket mode"])
def test_the_manifest_fits_the_type_that_slack_publishes(url: str | None) -> None:
    assert faults(manifest(url)) == []


def test_an_event_a_scope_and_a_property_that_slack_does_not_know_are_found() -> None:
    wrong = manifest()
    wrong["settings"]["event_subscriptions"]["bot_events"].append("message.dm")
    wrong["oauth_config"]["scopes"]["bot"].append("chat:shout")
    wrong["features"]["home"] = {}

    said = " ".join(faults(wrong))

    assert all(word in said for word in ("message.dm", "chat:shout", "home"))
