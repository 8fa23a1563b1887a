"""Commands of payments, run by manage.py."""
