"""What can go wrong in the store; messages are for the person who runs it."""


class StoreError(Exception):
    """The store cannot do what was asked. The message names the thing, the value and the way out."""


class ModelMismatch(StoreError):
    """The stored vectors were made with another embedding model than the one in the settings."""
