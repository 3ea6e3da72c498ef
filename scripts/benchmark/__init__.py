"""What `scripts/bench.py` measures: one part a file, one system a file under `systems`."""
