"""Pinned fonts: a fontconfig file, so that a page looks the same on every machine.

Names that model-written sites ask for and that are not installed map to families that
`webgen setup` installs (Debian's fonts-liberation, fonts-noto-color-emoji where there).
"""

from __future__ import annotations

from pathlib import Path

FOLDERS = tuple(
    Path("/usr/share/fonts", *parts)
    for parts in (
        ("truetype", "liberation"),
        ("truetype", "liberation2"),
        ("truetype", "dejavu"),
        ("truetype", "noto"),
        ("liberation-fonts",),
        ("liberation",),
        ("google-noto-emoji",),
    )
)
_FAMILIES = {
    "Liberation Sans": (
        *("sans-serif", "system-ui", "ui-sans-serif", "Arial", "Helvetica", "Helvetica Neue"),
        *("Segoe UI", "Roboto", "Inter", "SF Pro", "San Francisco"),
    ),
    "Liberation Serif": ("serif", "ui-serif", "Times", "Times New Roman", "Georgia"),
    "Liberation Mono": (
        *("monospace", "ui-monospace", "Menlo", "Monaco", "Consolas", "Courier New", "Courier"),
    ),
    "Noto Color Emoji": ("emoji",),
}


def fonts_conf(cache: str) -> str | None:
    """The text of the file, or None where the pinned fonts are not installed."""
    folders = [folder for folder in FOLDERS if folder.is_dir()]
    if not any("liberation" in str(folder) for folder in folders):
        return None
    lines = [f"<dir>{folder}</dir>" for folder in folders]
    lines.append(f"<cachedir>{cache}</cachedir>")
    for family, names in _FAMILIES.items():
        for name in names:
            lines.append(
                f'<match target="pattern"><test name="family"><string>{name}</string></test>'
                f'<edit name="family" mode="prepend" binding="strong"><string>{family}</string>'
                "</edit></match>"
            )
    # Whatever else is asked for ends at the same last resort.
    lines.append(
        '<match target="pattern"><edit name="family" mode="append_last">'
        "<string>Liberation Sans</string><string>DejaVu Sans</string></edit></match>"
    )
    lines.append(
        '<match target="font"><edit name="antialias"><bool>true</bool></edit>'
        '<edit name="hinting"><bool>false</bool></edit><edit name="rgba"><const>none</const></edit>'
        "</match>"
    )
    body = "\n".join(lines)
    return f'<?xml version="1.0"?>\n<fontconfig>\n{body}\n</fontconfig>\n'
