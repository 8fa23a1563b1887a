"""Doors and read models that put facts of more than one app on one page."""
