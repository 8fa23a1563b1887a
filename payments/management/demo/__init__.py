"""Demo data: three places with a day behind them, made through the real services."""
