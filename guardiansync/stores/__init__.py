"""Where rosters are kept."""
