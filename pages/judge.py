"""Judge: how good a trained network is, and which samples stand behind every number."""

from playground.web import judge, layout, paper

with layout.page():
    judge.page(judge.models())
    paper.draw()
