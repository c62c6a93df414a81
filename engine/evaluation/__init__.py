"""How good it is: protocols, metrics, the tables of the README."""
