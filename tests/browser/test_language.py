"""The page in another language: what is drawn in the browser as well, there and back."""

import re

CHINESE = re.compile("[\u4e00-\u9fff]")
# Every text and label of the page, inside the views' own trees as well.
SAID = """() => {
  const found = [];
  const read = root => {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walk.currentNode; node; node = walk.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (!node.parentElement?.closest("script, style, noscript, code, [translate=no]"))
          found.push(node.nodeValue.trim());
        continue;
      }
      if (node.shadowRoot) read(node.shadowRoot);
      for (const name of ["aria-label", "title", "placeholder"])
        if (node.hasAttribute?.(name)) found.push(node.getAttribute(name).trim());
    }
  };
  read(document.body);
  return found;
}"""


def english(page):
    """Texts with words of English in them that are no name or formula."""
    texts = {text for text in page.evaluate(SAID) if re.search(r"\\b[a-z]{3,} [a-z]{2,}\\b", text)}
    return {text for text in texts if text not in ("hard tanh",) and not text.startswith("MIN")}


def test_the_switch_turns_every_word_and_back(visit, until, settle):
    page = visit("")
    assert page.locator("html").get_attribute("lang") == "en"
    before = set(page.evaluate(SAID))
    assert not any(CHINESE.search(text) for text in before - {"Language · 语言"})
    switch = page.locator(".st-key-language_switch")
    switch.get_by_role("button").click()
    page.get_by_text("中文", exact=True).click()
    page.get_by_role("button", name="播放").wait_for()
    until(page, lambda: page.locator("html").get_attribute("lang") == "zh")
    until(page, lambda: not english(page))
    assert "lang=zh" in page.url
    shown = page.evaluate(SAID)
    for text in ("正权重", "输出", "噪声", "测试点"):  # a view's own tree, a title, a label, a pill
        assert text in shown
    page.keyboard.press("Escape")
    page.get_by_role("button", name="播放").click()
    page.get_by_role("button", name="暂停").wait_for()
    until(page, lambda: "轮" in page.locator(".st-key-clock").inner_text())
    assert not english(page)
    page.get_by_role("button", name="暂停").click()
    page.reload()
    page.get_by_role("button", name="播放").wait_for()  # the address keeps it
    page.locator(".st-key-language_switch").get_by_role("button").click()
    page.get_by_text("English", exact=True).click()
    page.get_by_role("button", name="Play", exact=True).wait_for()
    until(
        page,
        lambda: (
            not any(
                CHINESE.search(text)
                for text in set(page.evaluate(SAID))
                - {"Language · 语言", "中文", "Language · 语言的说明"}
            )
        ),
    )


def test_a_browser_of_another_language_is_spoken_to_in_it(visit):
    page = visit("surface", locale="zh-CN")
    page.get_by_role("button", name="播放").first.wait_for()
    assert page.get_by_role("combobox").first.input_value() == "峡谷"
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name="鞍面").click()
    page.get_by_text("一条山谷，尽头是两个洼地之间的山脊").wait_for()
    assert page.get_by_role("combobox").first.input_value() == "鞍面"
