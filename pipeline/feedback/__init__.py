"""Feedback: files of Veilig Thuis come in; events by report version, errors, terms and lists go out."""
