"""How wishes are done: taken from the jobs, composed, and delivered once."""
