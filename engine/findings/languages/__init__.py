"""Languages beside English: each is a tokenizer, a key of words and tables."""
