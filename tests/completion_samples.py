"""Completions and what they are put together from."""

from __future__ import annotations

from webgen_r1.completion import Parsed

APP = "export default function App() {\n  return <h1>Hi</h1>;\n}"

GOOD = f"""<think>
One page will do.
</think>
<answer>
<webArtifact id="shop" title="A &quot;nice&quot; shop">
<webAction type="file" filePath="src/App.tsx">
{APP}
</webAction>
<webAction type="shell">npm install</webAction>
<webAction type="start">npm run dev</webAction>
</webArtifact>
</answer>
"""


def artifact(*actions: str) -> str:
    return "\n".join(['<webArtifact id="a" title="A">', *actions, "</webArtifact>"])


def file(path: str, body: str) -> str:
    return f'<webAction type="file" filePath="{path}">{body}</webAction>'


def codes(parsed: Parsed, severity: str = "error") -> list[str]:
    return [failure.code for failure in parsed.failures if failure.severity == severity]
