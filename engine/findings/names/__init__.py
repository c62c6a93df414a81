"""Names of diseases, genes and laboratory tests, found for their own use: none is evidence."""
