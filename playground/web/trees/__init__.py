"""The Trees page: a tree drawn, its map, votes and residuals, what counts, a network beside."""
