"""Repeatable benchmarks. Not part of the tests, because they need an idle machine."""
