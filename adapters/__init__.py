"""The outside world: platforms, storage, the command line. Nothing in `bot/` imports from here."""
