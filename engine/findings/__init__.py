"""From words to findings: linking, assertion, validation."""
