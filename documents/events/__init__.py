"""What happened to a document, in the order in which it did: its revisions, and what people did to it besides."""
