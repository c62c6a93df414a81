"""How the terms connect: the graph, its builds, its paths. Has never heard of a patient."""

from nosograph.kg.build import GraphSources
from nosograph.kg.errors import BrokenPathError, GraphError, StoreError, UnknownNodeError
from nosograph.kg.graph import KnowledgeGraph
from nosograph.kg.paths import Path, PathFinder, Step
from nosograph.kg.schema import Annotation, Edge, Node, Provenance
from nosograph.kg.search import NodeSearch, SearchHit

__all__ = [
    "Annotation",
    "BrokenPathError",
    "Edge",
    "GraphError",
    "GraphSources",
    "KnowledgeGraph",
    "Node",
    "NodeSearch",
    "Path",
    "PathFinder",
    "Provenance",
    "SearchHit",
    "Step",
    "StoreError",
    "UnknownNodeError",
]
