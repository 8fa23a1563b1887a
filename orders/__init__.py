"""What was enjoyed: people and venues, guests, the catalogue, tabs, and what every app writes to."""
