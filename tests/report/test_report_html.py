"""The HTML report: one file that runs nothing, asks nobody and escapes everything."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from fpinspect.report import plain
from fpinspect.report.formats import html
from fpinspect.report.i18n import Words
from fpinspect.report.model import Options, Report

Make = Callable[..., Report]
Inspect = Callable[..., dict[str, Any]]

HOSTILE = (
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "https://evil.example/a.js",
    "{{ 7 * 7 }}{% for x in [1] %}",
    "</style><style>*{display:none}",
    "a\u202egpj.exe\u0000\ud800",
    "]]><!--",
)


class Page(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.comments: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.elements if tag == name]


def render(report: Report) -> str:
    data = plain.encode(plain.document(report))
    return b"".join(html.generate(report, Words(), data, lambda: None)).decode("utf-8")


def hostile(inspection: Inspect, text: str) -> dict[str, Any]:
    record = inspection(f"/cases/{text}.png")
    record["provenance"] |= {
        "generator": {"tool": text, "prompt": text, text: text},
        "camera": text,
        "exif": {"user_comment": text, text: [text]},
        "notes": [text],
    }
    record["applicability"] = [{"code": text, "severity": "warning", "message": text}]
    record["image"]["decoder"] = text
    return record


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(make_report: Make, inspection: Inspect, text: str) -> None:
    harmless = Page(render(make_report(inspection(), marked=(0,))))
    source = render(make_report(hostile(inspection, text), marked=(0,)))
    page = Page(source)
    known = {(tag, name) for tag, attrs in harmless.elements for name in attrs}
    known |= {("li", "class")}
    assert {(tag, name) for tag, attrs in page.elements for name in attrs} <= known
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in harmless.elements}
    assert not page.comments
    if "{{" in text:
        assert "{{ 7 * 7 }}" in "".join(page.words)


def test_nothing_runs_and_nothing_is_fetched(make_report: Make, inspection: Inspect) -> None:
    page = Page(render(make_report(inspection(), inspection("/cases/https://x.png"))))
    assert not page.all("script")
    assert not page.all("link")
    assert not page.all("iframe")
    for tag, attrs in page.elements:
        for name, value in attrs.items():
            assert not name.startswith("on"), (tag, name)
            assert name != "style", "the policy allows the style sheet only"
            if name in {"src", "href", "xlink:href", "srcset", "action", "data"}:
                assert str(value).startswith(("#", "data:image/", "data:application/json;"))


def test_the_policy_allows_the_style_sheet_by_its_hash(
    make_report: Make, inspection: Inspect
) -> None:
    source = render(make_report(inspection()))
    (style,) = re.findall(r"<style>(.*?)</style>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = (
        m["content"] for m in Page(source).all("meta")
        if m.get("http-equiv") == "Content-Security-Policy"
    )  # fmt: skip
    assert policy is not None
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "http" not in style
    assert "@import" not in style


def test_print_and_dark_mode_are_there(make_report: Make, inspection: Inspect) -> None:
    report = make_report(inspection())
    source = render(report)
    assert "prefers-color-scheme: dark" in source
    assert "@page" in source
    assert "@media print" in source
    assert f'content: "{report.report_id}"' in source
    assert "counter(page)" in source


def test_every_link_inside_leads_somewhere(make_report: Make, inspection: Inspect) -> None:
    page = Page(render(make_report(*(inspection(f"/cases/{n}.png") for n in range(3)))))
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = {
        str(attrs["href"])[1:]
        for _, attrs in page.elements
        if str(attrs.get("href") or "").startswith("#")
    }
    assert {"summary", "item-1", "item-3", "method", "custody"} <= targets
    assert targets <= set(ids)


def test_every_picture_says_what_it_shows(make_report: Make, inspection: Inspect) -> None:
    page = Page(render(make_report(inspection())))
    assert page.all("img")
    assert all(attrs.get("alt") for attrs in page.all("img"))
    drawings = [a for a in page.all("svg") if a.get("role") == "img"]
    assert drawings
    assert all("aria-label" in attrs for attrs in drawings)


def test_the_json_is_inside(make_report: Make, inspection: Inspect) -> None:
    report = make_report(inspection())
    (link,) = (a for a in Page(render(report)).all("a") if "download" in a)
    head, _, data = str(link["href"]).partition(",")
    assert head == "data:application/json;base64"
    assert json.loads(base64.b64decode(data)) == plain.document(report)


def test_short_and_full_say_the_verdict(make_report: Make, inspection: Inspect) -> None:
    full = render(make_report(inspection()))
    short = render(make_report(inspection(), options=Options(form="short")))
    for source in (full, short):
        assert "about 250 times more probable" in source
    assert "Content-Security-Policy" in short
    assert "Known error rates" in full
    assert "Known error rates" not in short


def test_the_case_is_hostile_too(make_report: Make, inspection: Inspect) -> None:
    from fpinspect.batch.case.values import Facts

    text = '</title><script>alert(1)</script>"'
    report = make_report(inspection(), facts=Facts(text, text, text, text, f"{text}\nline two"))
    page = Page(render(report))
    assert not page.all("script")
    assert "line two" in "".join(page.words)
