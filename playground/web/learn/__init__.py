"""The Learn page: one idea at a time, predicted, watched side by side, and tried."""
