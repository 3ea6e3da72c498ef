"""Parts of tune_search.py and ablate_search.py."""
