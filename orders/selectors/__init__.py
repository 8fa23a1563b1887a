"""What orders can tell: reads only, ready for a page."""
