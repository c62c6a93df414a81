"""What makes the graph pleasant to explore in Neo4j Browser."""
