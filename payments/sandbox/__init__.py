"""The local Stripe: a stateful imitation of its HTTP API for development and tests."""
