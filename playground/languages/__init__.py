"""The languages of the pages: catalogues in gettext's format, and how a text finds its translation.

All code writes English, whole sentences, with no call around them. What leaves for a reader is
translated at the door: Streamlit's elements in `web/frame/language.py`, everything that is drawn
in the browser in `assets/web/lib/language.js`. So no room but those two knows of languages, a Run
that two visitors watch speaks to each in their own, and no text can be forgotten: `messages.py`
extracts by what a text looks like, not by a mark that somebody has to set.
"""
