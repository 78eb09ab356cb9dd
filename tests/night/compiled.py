"""What a process that is killed begins with, beside its imports: the redactor, compiled once for all of them.

It starts no thread, as little as the imports do: those do not survive the fork.
"""

from pipeline.redact import read_redactor

read_redactor()
