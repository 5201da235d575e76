"""What people do with a document's past: look through it, name it, ask who wrote what, go back, take it elsewhere."""
