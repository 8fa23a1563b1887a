"""What templates of bookings say about clocks."""
