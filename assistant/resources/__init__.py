"""The register as everybody may browse it: what holds today, where, and how it is found by name."""
