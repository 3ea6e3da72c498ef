"""What Slack needs kept: what has come in, the threads taken part in, and channels' settings."""

from sqlalchemy import JSON, Column, DateTime, String, Table

from vectorstore.tables import metadata as metadata

# What has come in from Slack, so that nothing is answered twice; see assistant/channels/slack/inbox.py.
slack_seen = Table(
    "slack_seen",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
)

# Slack threads that Utblick takes part in, with the ids of its answers there.
slack_threads = Table(
    "slack_threads",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("channel_id", String(32), primary_key=True),
    Column("thread_ts", String(32), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("answers", JSON, nullable=False),
)

# How Utblick answers in a Slack channel, as set there; see assistant/channels/slack/rules.py.
slack_channels = Table(
    "slack_channels",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("channel_id", String(32), primary_key=True),
    Column("settings", JSON, nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
