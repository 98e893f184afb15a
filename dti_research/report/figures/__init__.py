"""Figures: one module a question. A function takes data, names that `report.say` can say, and the reader's language."""
