"""Learn: one idea at a time: predict, watch networks that differ in it, then try it yourself."""

from playground.web.frame import layout
from playground.web.learn import choice, lesson, overview

with layout.page():
    chosen = choice.chosen()
    if chosen is None:
        overview.cards()
    else:
        lesson.show(chosen)
