from pipeline.policy.patterns import any_of, read_patterns

WRITTEN = r"""
alone = '\bkop'
several = [
  'een|twee',
  '''(drie|
      vier) keer''',
]
words = "zin\nregel"
"""


def test_a_long_expression_over_several_lines_reads_as_on_one():
    read = read_patterns(WRITTEN)
    assert any_of(read["several"]) == "een|twee|(drie|vier) keer"
    assert any_of(read["alone"]) == r"\bkop"
    assert read["words"] == "zin\nregel"
