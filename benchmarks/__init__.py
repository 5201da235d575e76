"""What is measured and replayed against a real server."""
