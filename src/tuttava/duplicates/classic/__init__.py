"""The classic search (D-1 to D-25): strings cut from fields, counted where they are equal.

``composing`` and ``core`` know neither tables nor Django, so whoever measures the search can call them alone.
"""
