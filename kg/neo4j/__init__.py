"""The graph in Neo4j: a server, its connection, the load, patients' cases beside the graph.

The official driver is the extra ``neo4j``; it is imported by ``connection.py`` alone, and only when
a server is asked.
"""

from nosograph.kg.neo4j.access import Access
from nosograph.kg.neo4j.case_rows import CaseRows
from nosograph.kg.neo4j.case_writing import CaseReport, write_case
from nosograph.kg.neo4j.cases import Forgotten, StoredCase, forget_case, list_cases
from nosograph.kg.neo4j.connection import Connection
from nosograph.kg.neo4j.errors import (
    CaseIdError,
    CaseNotWrittenError,
    ForeignDataError,
    LoadError,
    LoginError,
    Neo4jError,
    NoServerError,
    ReadError,
    ServerVersionError,
    UnknownCaseError,
    UnreachableError,
)
from nosograph.kg.neo4j.load import LoadReport, load_graph
from nosograph.kg.neo4j.read import read_graph

__all__ = [
    "Access",
    "CaseIdError",
    "CaseNotWrittenError",
    "CaseReport",
    "CaseRows",
    "Connection",
    "ForeignDataError",
    "Forgotten",
    "LoadError",
    "LoadReport",
    "LoginError",
    "Neo4jError",
    "NoServerError",
    "ReadError",
    "ServerVersionError",
    "StoredCase",
    "UnknownCaseError",
    "UnreachableError",
    "forget_case",
    "list_cases",
    "load_graph",
    "read_graph",
    "write_case",
]
