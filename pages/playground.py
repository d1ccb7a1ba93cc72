"""Playground."""

from playground.web import layout

with layout.page():
    layout.title("Playground")
