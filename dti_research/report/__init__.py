"""What a reader receives: figures, executed notebooks, pages."""
