"""The open protocol, both ends of it: pure, without I/O, and without a thought for any framework."""
