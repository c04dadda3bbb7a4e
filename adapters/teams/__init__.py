"""Microsoft Teams: what arrives there turned into events, and messages turned into its cards."""
