"""What every door of the JSON API shares: errors, bodies, pages, limits, and repeated calls."""
