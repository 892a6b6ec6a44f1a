"""Components of the dashboard: tiles, charts, matrix, lists, wall."""
