"""What is asked of a Snapshot: numbers, and no picture."""
