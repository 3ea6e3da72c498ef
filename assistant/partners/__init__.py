"""Whom to work with, whom to ask and how to reach them, told from cited sentences."""
