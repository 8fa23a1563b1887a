"""Payments' web."""
