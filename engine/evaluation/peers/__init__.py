"""Other linkers that run offline, each in an environment of its own, asked by JSON."""
