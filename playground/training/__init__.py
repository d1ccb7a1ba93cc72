"""What trains an Experiment, the Run, and the picture of it that all else reads, the Snapshot."""
