"""Building projects: dependency store, sandboxed warm workers, and a fake."""

from webgen_r1.build.config_files import why_unusual
from webgen_r1.build.fake import FakeBuilder
from webgen_r1.build.node import Node, find_node
from webgen_r1.build.store import DependencyStore, Tree
from webgen_r1.build.vite import ViteBuilder

__all__ = [
    "DependencyStore",
    "FakeBuilder",
    "Node",
    "Tree",
    "ViteBuilder",
    "find_node",
    "why_unusual",
]
