"""One file a channel: request to question, answer to reply."""
