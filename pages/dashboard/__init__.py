"""The dashboard of coordinators: numbers, the rows behind them, the wall display and its links."""
