"""Photos and videos: format detection, metadata removal and storage on the disk. Independent of the database."""
