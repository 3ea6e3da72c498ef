"""Slack: what officers ask in channels, threads and direct messages, answered from durable jobs."""
