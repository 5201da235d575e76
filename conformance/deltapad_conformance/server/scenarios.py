"""The book of what is tried with a server; the files beside this one write in it."""

from ..scenario import Book
from .stage import ServerStage

book: Book[ServerStage] = Book()
scenario = book.scenario
