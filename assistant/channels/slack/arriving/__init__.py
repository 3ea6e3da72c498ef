"""How what Slack sends comes in: checked, read, and kept as a wish before Slack is told so."""
