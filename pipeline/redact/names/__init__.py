"""Names in a text: which words are one, whose it is, what it becomes; a text in, spans out."""
