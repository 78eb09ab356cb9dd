"""Feedback: files of Veilig Thuis come in; events by report version, errors with their reason, terms and lists go out."""
