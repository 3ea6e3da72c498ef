"""The catalogue (the truth), the generations built from it, and the search over them."""
