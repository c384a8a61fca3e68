"""Sweeps: one recipe trained and evaluated with many settings.

recipe, --set, --case ─► plan ─► each cell and seed: train, evaluate ─► records ─► report
"""
