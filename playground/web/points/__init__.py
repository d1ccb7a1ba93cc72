"""The Playground page: points of the plane."""
