"""What is taken out of a document's history, and what stays of it."""
