"""Renders read models as files: CSV, XLSX and iCalendar."""
