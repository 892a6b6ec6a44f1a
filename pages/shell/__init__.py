"""The frame around every page: router, layout, error pages, PWA, badge, onboarding."""
