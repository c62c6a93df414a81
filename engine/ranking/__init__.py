"""From findings to scores and probabilities."""
