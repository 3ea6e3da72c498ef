"""From a question to a cited answer, and the channels it reaches people through."""
