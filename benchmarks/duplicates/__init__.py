"""How well and how fast duplicates are found, beside tools made for record linkage alone."""
