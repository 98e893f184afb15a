"""What an index is, and how it is computed: one Handbook step a module."""
