"""Where somebody lives, stays or hides, told by an address or by words; a text in, spans out."""
