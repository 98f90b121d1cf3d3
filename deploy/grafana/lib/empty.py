"""What a panel says that should never be without data."""

ALWAYS_FILLED = "No data: does Prometheus scrape Causeway?"
