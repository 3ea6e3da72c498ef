"""Question sets: ask them, score the answers, report, compare."""
