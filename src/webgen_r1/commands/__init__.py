"""What the commands do; `cli` holds their options and their help."""
