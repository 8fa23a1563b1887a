"""What can be asked of orders from a command line."""
