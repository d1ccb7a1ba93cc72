"""What is asked of trees: a node's arithmetic and region, votes, residuals, what counts."""
