"""Trains the model that the matching core ships: made-up worlds, their damage, and the fitting of the trees."""
