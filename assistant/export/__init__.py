"""A conversation to take along, with its sources."""
