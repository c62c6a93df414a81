"""From text to terms: what stands where, and how it was recognised."""
