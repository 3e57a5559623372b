"""What a person types at a terminal: commands, settings files, and how answers look there."""
