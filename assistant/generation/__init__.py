"""Answers written by a language model from the passages found, every sentence checked by code."""
