"""StUF-Jeugdzorg as data: the standard's texts and codes beside ours, the parties, and the terms."""
