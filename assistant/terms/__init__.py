"""What the words and abbreviations of the field mean, in three languages and with their sources."""
