"""Read models of pages that show facts of more than one app. They only read."""
