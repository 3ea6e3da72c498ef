"""Help with a project: its idea, how it fits what a region wants, and a brief on where a matter stands."""
