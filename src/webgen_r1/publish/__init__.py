"""A policy on the Hugging Face hub: its files and a model card made of what is on disk."""

from webgen_r1.publish.card import Facts, gather, write_card
from webgen_r1.publish.hub import Hub, make_hub, send

__all__ = ["Facts", "Hub", "gather", "make_hub", "send", "write_card"]
