"""What is done with money: one function, one use case."""
