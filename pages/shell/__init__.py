"""What surrounds every page: router, layout, error pages, PWA, notification badge, onboarding."""
