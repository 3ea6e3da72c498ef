"""Plain answers made easy to read: the fact asked for first, or that the sources do not hold it."""
