"""Colours: how alike two look, and which one a name means."""
