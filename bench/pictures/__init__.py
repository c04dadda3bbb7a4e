"""Pictures of what Slack shows, drawn by somebody else's Block Kit renderer in Chromium."""
