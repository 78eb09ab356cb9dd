"""The shipped policy, compiled once, and a family that the texts speak of."""

import sys
import time

import pytest

from pipeline.policy.redaction import read_redaction_policy
from pipeline.redact import read_redactor


@pytest.fixture(scope="session")
def policy():
    return read_redaction_policy()


@pytest.fixture(scope="session")
def redactor():
    return read_redactor()


@pytest.fixture(scope="session")
def seconds_of():
    """A function that runs work and returns its processor time, without that of coverage's tracer, which triples it."""

    def measure(work):
        tracer = sys.gettrace()
        sys.settrace(None)
        try:
            began = time.process_time()
            work()
            return time.process_time() - began
        finally:
            sys.settrace(tracer)

    return measure
