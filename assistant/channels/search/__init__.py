"""The search page, and what is told of how a passage was found."""
