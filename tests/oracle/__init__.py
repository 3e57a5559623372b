"""The design read once more, slowly, with dictionaries and loops: what the engine's plans are compared with."""
