"""What can be done in deposits: one use case, one function, one transaction."""
