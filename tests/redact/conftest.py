"""The shipped policy, compiled once, and a family that the texts speak of."""

import pytest

from pipeline.policy.redaction import read_redaction_policy
from pipeline.redact import Redactor


@pytest.fixture(scope="session")
def policy():
    return read_redaction_policy()


@pytest.fixture(scope="session")
def redactor(policy):
    return Redactor(policy)
