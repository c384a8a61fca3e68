"""Training tests run without the hub: TRL would report every trainer it makes."""

from __future__ import annotations

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")
