"""`make bench`: how fast the product is, beside what the same work costs without it."""
