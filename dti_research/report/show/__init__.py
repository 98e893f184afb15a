"""Answers as parts: one module a question. It knows the question and no language; `report.say` has the words."""
