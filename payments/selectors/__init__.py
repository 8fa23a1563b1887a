"""Payments' selectors."""
