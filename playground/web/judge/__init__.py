"""The Judge page."""
