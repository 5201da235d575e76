"""The book of what is tried with a client; the files beside this one write in it."""

from ..scenario import Book
from .stage import ClientStage

book: Book[ClientStage] = Book()
scenario = book.scenario
