"""Screen: canonical tables come in; findings of the gates, verdicts on quality, and minimised tables go out."""
