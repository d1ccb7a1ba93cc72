"""The Digits page: images."""
