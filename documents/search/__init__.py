"""Finds documents by their titles and texts, with the database's own engine.

`titles` and `texts` keep one row for each document, which the engine indexes by itself; `find` asks for them.
"""
