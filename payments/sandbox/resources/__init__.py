"""What each of Stripe's resources does when it is asked to."""
