"""Doors of guests who book by themselves, and of those who hold the link to their booking."""
