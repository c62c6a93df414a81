"""What a text says of a term: of whom, whether, and when."""
