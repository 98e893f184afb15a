"""Tables and findings for a reader: what they say where something could not be computed, never happens, or does not vary."""
