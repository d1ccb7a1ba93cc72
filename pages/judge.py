"""Judge: how good a trained network is, and which samples stand behind every number."""

from playground.web.frame import layout
from playground.web.judge import judge, paper

with layout.page():
    judge.page(judge.models())
    paper.draw()
