"""The help pages and the guide for neighbours."""
