"""Orders' door for other software: who is calling, and what belongs to a venue."""
