"""The evaluators' workplace in a browser, and their commands."""
