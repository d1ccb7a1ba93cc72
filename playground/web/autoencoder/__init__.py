"""The Autoencoder page."""
