"""Settings: `base` reads the environment; `dev`, `test` and `prod` tighten or loosen it."""
