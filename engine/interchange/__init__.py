"""Cases in the formats that others write."""
