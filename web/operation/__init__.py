"""What running the page for others takes: configuration, logs, health, metrics, limits, and ending cleanly."""
