"""What was enjoyed: venues, people, the catalogue and tabs, and what every app writes to."""
