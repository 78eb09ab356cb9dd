"""What words say together, by weights learned from labelled texts, and answers about words that are given once."""
