"""A small good project, and a way to say what is different."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webgen_r1.rules import CODES, check
from webgen_r1.types import Completion, Project, StaticReport

PACKAGE: dict[str, Any] = {
    "name": "site",
    "version": "1.0.0",
    "scripts": {"dev": "vite", "build": "vite build", "preview": "vite preview"},
    "dependencies": {"react": "^18", "react-dom": "^18", "@scope/kit": "1"},
    "devDependencies": {"vite": "^8", "lucide-react": "*"},
}

GOOD: dict[str, str] = {
    "package.json": json.dumps(PACKAGE),
    "vite.config.ts": "import react from '@vitejs/plugin-react';\nexport default {};\n",
    "index.html": '<div id="root"></div>\n<script type="module" src="/src/main.tsx"></script>\n',
    "src/main.tsx": "import { createRoot } from 'react-dom/client';\nimport App from './App';\n"
    "createRoot(document.body).render(<App />);\n",
    "src/App.tsx": "import Home from './pages/Home';\n"
    "export default function App() { return <Home />; }\n",
    "src/pages/Home.tsx": "export default function Home() { return <h1>Hi</h1>; }\n",
}


@dataclass(frozen=True)
class Scaffold:
    """The part of a scaffold that rules need: by default every rule with its own options."""

    rules: Mapping[str, Any] = field(default_factory=lambda: dict.fromkeys(CODES))


def project(changes: Mapping[str, str | None] | None = None, **facts: Any) -> Project:
    """The good project with files replaced, added, or (None) removed."""
    files = {**GOOD, **(changes or {})}
    complete: dict[str, Any] = {
        "artifact_id": "site",
        "title": "A site",
        "shell": ("npm install",),
        "start": "npm run dev",
        **facts,
    }
    return Project(
        {path: text.encode() for path, text in files.items() if text is not None}, **complete
    )


def report(changes: Mapping[str, str | None] | None = None, **facts: Any) -> StaticReport:
    """What all rules say about that project as a completion."""
    return check(project(changes, **facts), Scaffold(), Completion())


def failed(changes: Mapping[str, str | None] | None = None, **facts: Any) -> set[str]:
    """Codes of the rules that do not hold."""
    return {code for code, held in report(changes, **facts).passed.items() if not held}


def package(**changes: Any) -> dict[str, str | None]:
    """package.json with fields replaced, or (None) removed."""
    fields = {name: value for name, value in {**PACKAGE, **changes}.items() if value is not None}
    return {"package.json": json.dumps(fields)}
