"""The resource bank: the register for everybody to browse and search."""
