"""Learn: one idea at a time: predict, watch networks that differ in it, then try it yourself."""

import streamlit as st

from playground.web.frame import layout
from playground.web.learn import choice, lecture, lesson, overview

with layout.page():
    listed = lecture.asked()
    chosen = choice.chosen(listed)
    if "notes" in st.query_params:
        lecture.notes()
    elif chosen is None:
        overview.cards()
    elif listed is not None:
        lecture.show(chosen, listed)
    else:
        lesson.show(chosen)
