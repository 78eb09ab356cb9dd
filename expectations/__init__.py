"""The rules as data: Great Expectations suites, each rule with its words, weight, source and effective dates."""
