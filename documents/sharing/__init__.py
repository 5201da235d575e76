"""How people come into a document besides being made members: by a link, by a mail, or by asking."""
