"""The tab API: what was enjoyed and how it is paid, in one answer."""
