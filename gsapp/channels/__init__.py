"""Delivery channels for notifications: e-mail by SMTP."""
