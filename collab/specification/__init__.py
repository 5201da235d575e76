"""The protocol for those who write a client: the page at `/protocol/`, and the files that their tools read."""
