"""One reader per file format; each takes an open text stream and returns typed values."""
