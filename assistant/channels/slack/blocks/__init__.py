"""How answers look in Slack: Block Kit within its limits."""
