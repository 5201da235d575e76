"""Images in documents: they come in by one door, are drawn anew there, and go with what names them."""
