"""What may happen to money: pure Python, no clock, no database."""
