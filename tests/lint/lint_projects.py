"""A small project without a fault, and what the dependency checks say of changes to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from webgen_r1.lint.dependencies import check_dependencies
from webgen_r1.lint.scripts import Scripts
from webgen_r1.types import Failure, Project

OWN = frozenset({"react", "vite", "clsx"})
"""What stands for the scaffold's packages."""

PACKAGE: dict[str, Any] = {
    "name": "site",
    "dependencies": {"react": "^18.3.1"},
    "devDependencies": {"vite": "^8.0.0"},
}

CLEAN: dict[str, str] = {
    "package.json": json.dumps(PACKAGE, indent=2),
    "index.html": '<script type="module" src="/src/main.tsx"></script>\n',
    "src/main.tsx": "import { createRoot } from 'react/client'\nimport App from './App'\n"
    "createRoot(document.body).render(<App />)\n",
    "src/App.tsx": "export default function App() {\n  return <h1>Hi</h1>\n}\n",
}


def project(changes: Mapping[str, str | None] | None = None) -> Project:
    """The clean project with files replaced, added, or (None) removed."""
    files = {**CLEAN, **(changes or {})}
    return Project({path: text.encode() for path, text in files.items() if text is not None})


def package(**changes: Any) -> dict[str, str | None]:
    """package.json with fields replaced."""
    return {"package.json": json.dumps({**PACKAGE, **changes}, indent=2)}


def declaring(
    dependencies: Mapping[str, str], table: str = "dependencies"
) -> dict[str, str | None]:
    """package.json that declares these too."""
    return package(**{table: {**PACKAGE[table], **dependencies}})


def check(changes: Mapping[str, str | None] | None = None) -> tuple[Failure, ...]:
    return check_dependencies(Scripts(project(changes)), OWN)


def errors(changes: Mapping[str, str | None] | None = None) -> list[str]:
    """Codes of the errors."""
    return [failure.code for failure in check(changes) if failure.severity == "error"]
