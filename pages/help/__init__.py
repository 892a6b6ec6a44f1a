"""The help page: questions and answers by chapter."""
