"""Payments' api."""
