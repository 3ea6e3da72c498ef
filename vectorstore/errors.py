"""What can go wrong in a way a person can mend."""


class UtblickError(Exception):
    """Anything told to the person at the keyboard in a line: the thing, the value and the way out."""


class StoreError(UtblickError):
    """The store cannot do what was asked."""


class ModelMismatch(StoreError):
    """The stored vectors were made with another embedding model than the one in the settings."""
