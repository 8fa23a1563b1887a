"""What holds for bookings and the money held for them: pure Python, no clock, no database."""
