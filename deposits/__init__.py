"""Bookings, and money held against no-shows."""
