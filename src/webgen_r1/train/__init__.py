"""Training: recipes, and the loops that run them. Importing this needs no torch."""
