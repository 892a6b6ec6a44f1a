"""Monitoring for the operator, in the Prometheus format: counters, histograms and job records of this process.

Every module counts here, and `gsapp.api.monitoring` serves the result as `/metrics`. Not to be confused with
`gsapp.metrics`, which defines the figures of the coordinators' dashboard.
"""
