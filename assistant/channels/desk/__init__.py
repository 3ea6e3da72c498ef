"""The desk: what officers see and do, on this machine only until there is sign-in."""
