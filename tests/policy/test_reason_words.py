import pytest

from pipeline.policy.reason_words import tell_reason


@pytest.mark.parametrize(
    "code",
    [
        "unreadable:embargo",
        "unknown_code:person.role",
        "duplicate_number:person",
        "ambiguous_time:committed_from",
        "precision:day:known_at",
    ],
)
def test_what_reading_noticed_names_where_it_is_asked(code):
    """`explain` gives every reason with its source; these had none."""
    assert tell_reason(code).source == "Levercontract politie-export 1"
