"""From files to passages in the catalogue."""
