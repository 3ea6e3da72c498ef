"""What people press and fill in: buttons under answers, opinions, a channel's settings."""
