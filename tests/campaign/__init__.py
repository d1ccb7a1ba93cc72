"""What is done to a server to see whether it holds: `python -m tests.campaign`."""
