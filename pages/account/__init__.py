"""Pages of an account: sign-in, registration, password, profile, sessions, leaving."""
