"""Real editing histories, sent through a real server over the real socket: `python -m benchmarks.replay`."""
