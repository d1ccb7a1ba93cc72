"""A handout: one printed page a lesson, with its link as a QR picture; one HTML file, no parts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape

import segno

from playground.lessons.lesson import Lesson

WORDS = {
    "en": {
        "title": "Lessons",
        "predict": "Predict first",
        "do": "Then play, and look",
        "reveal": "What comes of it",
        "cures": "So it is not true that",
        "next": "Your turn",
        "source": "Source",
    },
    "zh": {
        "title": "课程",
        "predict": "先预测",
        "do": "再播放，观察",
        "reveal": "结果",
        "cures": "所以这句话不对：",
        "next": "轮到你了",
        "source": "出处",
    },
}
STYLE = """
body { font: 12pt/1.45 "Source Sans 3", "Noto Sans SC", system-ui, sans-serif; color: #1c2024;
  background: #fff; margin: 0 auto; max-width: 18cm; padding: 1cm }
article { break-after: page; padding-bottom: 1cm }
article:last-child { break-after: auto }
header { display: flex; gap: 1cm; justify-content: space-between; align-items: flex-start }
h1 { font-size: 20pt; line-height: 1.2; margin: 0 0 .3cm }
h2 { font-size: 12pt; margin: .6cm 0 .1cm; color: #5b43b9 }
p { margin: 0 0 .2cm }
ol { margin: .1cm 0; padding: 0; list-style: none; counter-reset: answer }
ol li { counter-increment: answer; padding: .1cm 0 }
ol li::before { content: "\\25a1  " counter(answer) "  " }
figure { margin: 0; text-align: center; flex: none }
figure svg { display: block; width: 3.2cm; height: 3.2cm; margin-left: auto }
figcaption { font-size: 7pt; max-width: 4.2cm; overflow-wrap: anywhere; text-align: right }
.reveal { border-left: 3px solid #6e56cf; padding-left: .4cm }
footer { margin-top: .6cm; font-size: 9pt; color: #60646c }
@media print { body { padding: 0; max-width: none } @page { size: A4; margin: 2cm } }
"""


def page(lessons: Sequence[Lesson], language: str, address: str) -> str:
    """The HTML of a handout. address: of the app, before its `learn?lesson=…`."""
    words = WORDS.get(language, WORDS["en"])
    articles = "".join(_article(lesson, language, address) for lesson in lessons)
    tongue = "zh-CN" if language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{tongue}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{words['title']}</title><style>{STYLE}</style></head>"
        f"<body>{articles}</body></html>"
    )


def link(lesson: Lesson, language: str, address: str) -> str:
    """Where the lesson is."""
    return f"{address.rstrip('/')}/learn?lesson={lesson.id}&lang={language}"


def _article(lesson: Lesson, language: str, address: str) -> str:
    words, texts = WORDS.get(language, WORDS["en"]), lesson.words(language)
    answers = "".join(f"<li>{escape(answer)}</li>" for answer in texts.answers)
    where = link(lesson, language, address)
    return (
        f'<article id="{lesson.id}"><header><div><h1>{escape(texts.title)}</h1>'
        f"<p>{escape(texts.idea)}</p></div>"
        f"<figure>{_qr(where)}<figcaption>{escape(where)}</figcaption></figure></header>"
        f"<h2>{words['predict']}</h2><p>{escape(texts.question)}</p><ol>{answers}</ol>"
        f"<h2>{words['do']}</h2><p>{escape(texts.look)}</p>"
        f'<h2>{words["reveal"]}</h2><div class="reveal"><p>{escape(texts.reveal)}</p></div>'
        f"<p>{words['cures']} {escape(texts.cures)}</p>"
        f"<h2>{words['next']}</h2><p>{escape(texts.next)}</p>"
        f"<footer>{words['source']}: {escape(lesson.source)}</footer></article>"
    )


def _qr(text: str) -> str:
    """The picture as SVG; its quiet zone of four squares is part of it (ISO/IEC 18004)."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, title=text
    )
    return drawn.getvalue().decode()
