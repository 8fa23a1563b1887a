"""What deposits can tell: reads only, ready for a page."""
