"""Documents to read, and the passage that an answer cites."""
