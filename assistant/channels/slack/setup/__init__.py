"""Setting Slack up: the manifest, what is missing, and the process for Socket Mode."""
