"""The shared kernel: the few words every app may lean on."""
