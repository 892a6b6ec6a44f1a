"""Workflows of several transactions each: sign-in, password links, uploads."""
