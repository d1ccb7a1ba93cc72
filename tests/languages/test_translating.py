"""How a text finds its translation; in Python and in the browser alike."""

import json
import random
import re
import subprocess
from pathlib import Path

import pytest

from playground.languages import catalogue
from playground.languages.catalogue import Catalogue

SCRIPT = Path(__file__).parents[2] / "assets" / "web" / "lib" / "language.js"
MESSAGES = {
    "Play": "播放",
    "Data": "数据",
    "Circle": "圆",
    "points": "个点",
    "hidden {number}": "隐藏层 {number}",
    "height {number}": "高度 {number}",
    "{n} of {all} points": "{all} 个点中的 {n} 个",
    "Neurons of {name}": "{name}的神经元",
    "Press **Play** and watch.": "按**播放**并观察。",
    "{rows} row{value2} gaps": "{rows} 行有缺口",
    "{a} to {b}": "{a} 至 {b}",
    "{name} is training: epoch {epoch}, {score}": "{name}正在训练：第 {epoch} 轮，{score}",
    "{error} It is left out.": "{error}已略去。",
    "too high": "太高",
    "{share} of all points are right": "{share}的点正确",
    "{name}: gradient {size}, outputs around {mean}": "{name}：梯度 {size}，输出在 {mean} 左右",
    "{{1, 2}} is a set": "{{1, 2}} 是集合",
}
CASES = {
    "Play": "播放",
    "play": "播放",
    " Play ": " 播放 ",
    "500 points": "500 个点",
    "3 of 10 points": "10 个点中的 3 个",
    "Neurons of hidden 2": "隐藏层 2的神经元",
    "**Data** :small[:gray[Circle, 500 points]]": "**数据** :small[:gray[圆，500 个点]]",
    "Press **Play** and watch.": "按**播放**并观察。",
    "Too high. Press **Play** and watch.": "太高。按**播放**并观察。",
    "3 rows have gaps": "3 行有缺口",
    "1 row has gaps": "1 行有缺口",
    "LeNet-5 is training: epoch 3.2, 98.1 %": "LeNet-5正在训练：第 3.2 轮，98.1 %",
    "Too high. It is left out.": "太高。已略去。",
    "a walk to the sea": "a walk to the sea",  # a weak message is not put around foreign words
    "3 to 5": "3 至 5",
    "relu": "relu",
    "两团. It broke; 50 % of all points are right.": "两团. It broke；50 %的点正确。",
    "H1: gradient 2, outputs around 0.1; H2: gradient 3, outputs around −1": (
        "H1：梯度 2，输出在 0.1 左右；H2：梯度 3，输出在 −1 左右"
    ),
    ":gray[It broke at last. It is left out.]": ":gray[It broke at last.已略去。]",
    "{1, 2} is a set": "{1, 2} 是集合",
    "height −0.25": "高度 −0.25",
    "height 1.2e-05": "高度 1.2e-05",
    "": "",
    "98.1 %": "98.1 %",
    "$& is too high": "$& is too high",
}


def in_javascript(messages, texts):
    code = (
        f"import {{ Catalogue }} from {json.dumps(SCRIPT.as_uri())};"
        "let all = ''; for await (const part of process.stdin) all += part;"
        "const [messages, texts] = JSON.parse(all), book = new Catalogue(messages);"
        "console.log(JSON.stringify(texts.map(text => book.translate(text))));"
    )
    run = subprocess.run(
        ["node", "--experimental-default-type=module", "--input-type=module", "-e", code],
        input=json.dumps([messages, texts]),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


@pytest.mark.parametrize(("text", "said"), CASES.items())
def test_a_text_finds_its_message(text, said):
    assert Catalogue(MESSAGES).translate(text) == said


def test_the_browser_says_the_same():
    texts = list(CASES)
    assert in_javascript(MESSAGES, texts) == list(CASES.values())
    rng = random.Random(5)
    book = catalogue.catalogue("zh")
    fill = ["3", "hidden 2", "Adam", "0.5 %", "the data", "training", "Dense, 120", "$1 (x)", ""]
    texts = [re.sub(r"\{\w+\}", lambda _: rng.choice(fill), message) for message in book.messages]
    assert in_javascript(book.messages, texts) == [book.translate(text) for text in texts]


def test_what_is_no_message_stays():
    for text in ("My class", "relu_2.weight", "Zoë’s file.csv", "<b>bold</b>"):
        assert Catalogue(MESSAGES).translate(text) == text


def test_a_long_text_costs_little():
    text = "to " * 20_000 + "of " * 20_000
    assert catalogue.translated(text, "en") is text
    assert len(Catalogue(MESSAGES).translate(text)) == len(text)
