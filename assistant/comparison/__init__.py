"""What each of several regions, programmes, bodies or documents says, as a table."""
