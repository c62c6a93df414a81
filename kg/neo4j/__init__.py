"""The graph in Neo4j: a server, its connection, the load, the schema that people read.

The official driver is the extra ``neo4j``; it is imported by ``connection.py`` alone, and only when
a server is asked.
"""

from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.errors import (
    ForeignDataError,
    LoadError,
    LoginError,
    Neo4jError,
    NoServerError,
    ReadError,
    ServerVersionError,
    UnreachableError,
)
from nosograph.kg.neo4j.load import LoadReport, load_graph
from nosograph.kg.neo4j.read import read_graph

__all__ = [
    "Access",
    "ForeignDataError",
    "LoadError",
    "LoadReport",
    "LoginError",
    "Neo4jError",
    "NoServerError",
    "ReadError",
    "ServerVersionError",
    "UnreachableError",
    "load_graph",
    "read_graph",
]
