"""Slack's own published type of an app manifest; `npm ci` in this folder installs it."""
