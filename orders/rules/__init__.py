"""What an order may do: pure Python, no clock, no database."""
