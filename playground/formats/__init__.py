"""Networks in other programs' words: read from files, and written as programs."""
