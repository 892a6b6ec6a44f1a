"""What is in a photo or video, and where it lies on the disk. Knows nothing of people, needs or the database."""
