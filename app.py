"""Start with `streamlit run app.py`.

Streamlit reads this file twice: once as a module, to find the server's ASGI application, and then
as the script of every visit.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground.web.frame import crowd, language, layout, server, session
from playground.web.parts import elsewhere, goal, lost

PAGES = {
    "Playground": "playground",
    "Digits": "digits",
    "Draw": "draw",
    "Inside": "inside",
    "Judge": "judge",
    "Convolution": "convolution",
    "Surface": "surface",
    "Sequences": "sequences",
    "Autoencoder": "autoencoder",
    "GAN": "gan",
    "Trees": "trees",
    "Learn": "learn",
}


def main() -> None:
    """One visit: the frame that all pages share, then the page asked for."""
    layout.frame()
    language.speak()
    session.stay()
    pages = {
        name: st.Page(f"pages/{name}.py", title=title, default=name == "playground")
        for title, name in PAGES.items()
    }
    page = st.navigation(list(pages.values()), position="top")
    language.switch()
    elsewhere.lines(PAGES[page.title], pages)
    above = st.container(key="above")
    page.run()
    with above:
        lost.line(PAGES[page.title])
        goal.line(PAGES[page.title])


if get_script_run_ctx(suppress_warning=True) is None:
    server.keep_navigation()
    app = st.App(
        __file__,
        routes=server.routes(),
        middleware=server.middleware(),
        lifespan=server.lifespan,
        on_script_error=session.failed,
    )
else:
    with crowd.script():
        main()
