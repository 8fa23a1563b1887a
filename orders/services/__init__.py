"""What can be done in orders: one use case, one function, one transaction."""
