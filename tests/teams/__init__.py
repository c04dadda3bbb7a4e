"""Microsoft Teams: its translators, and the checks of what they produce."""
