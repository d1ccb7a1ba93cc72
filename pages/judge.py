"""Judge: how good a trained network is, and which samples stand behind every number."""

from playground.web import judge, layout

with layout.page():
    judge.page(judge.models())
