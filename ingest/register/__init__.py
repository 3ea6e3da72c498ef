"""The register of names: the field's programmes, bodies, places and terms, as people wrote them down."""
