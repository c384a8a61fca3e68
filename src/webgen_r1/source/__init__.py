"""What a project's source says about its modules and packages, read without running it.

Shared by the static rules and the linter. Syntax trees come from `webgen_r1.tsx`.
"""

from webgen_r1.source.graph import Edge, Graph
from webgen_r1.source.package import (
    DEPENDENCY_TABLES,
    PackageJsonError,
    declared_packages,
    npm_range,
    read_package,
)
from webgen_r1.source.resolve import (
    BUILTINS,
    Builtin,
    File,
    Missing,
    Package,
    Resolver,
    Target,
    Unknown,
    package_name,
)
from webgen_r1.source.settings import VITE_CONFIGS, ProjectSettings

__all__ = [
    "BUILTINS",
    "DEPENDENCY_TABLES",
    "VITE_CONFIGS",
    "Builtin",
    "Edge",
    "File",
    "Graph",
    "Missing",
    "Package",
    "PackageJsonError",
    "ProjectSettings",
    "Resolver",
    "Target",
    "Unknown",
    "declared_packages",
    "npm_range",
    "package_name",
    "read_package",
]
