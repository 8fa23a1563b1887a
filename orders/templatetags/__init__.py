"""Template tags: how things are shown."""
