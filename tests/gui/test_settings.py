"""What the window remembers."""

from __future__ import annotations

import json

import pytest

from fpinspect.gui import options as opts
from fpinspect.gui.settings import Settings, load, save
from fpinspect.gui.viewoptions import Component, Row, ViewOptions, Window


def test_settings_come_back(tmp_path):
    file = tmp_path / "deep" / "window.json"
    before = Settings(theme="light", splitters={"across": [1, 2, 3]}, recent=["/a"], jobs=3)
    assert save(before, file) == ""
    after, problem = load(file)
    assert after == before
    assert problem == ""
    assert [path.name for path in file.parent.iterdir()] == ["window.json"]


def test_no_settings_are_the_defaults(tmp_path):
    assert load(tmp_path / "none.json") == (Settings(), "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "\x00\x00",
        '{"schema": 99}',
        '{"schema": 1, "recent": "not a list"}',
        '{"schema": 1, "recent": [1]}',
        '{"schema": 1, "splitters": {"across": "wide"}}',
    ],
)
def test_broken_settings_are_set_aside(tmp_path, text):
    file = tmp_path / "window.json"
    file.write_text(text)
    settings, problem = load(file)
    assert settings == Settings()
    assert "set aside" in problem
    (aside,) = tmp_path.iterdir()
    assert aside.name.startswith("window.json.broken-")
    assert aside.read_text() == text


def test_keys_of_a_later_version_are_ignored(tmp_path):
    file = tmp_path / "window.json"
    file.write_text(json.dumps({"schema": 1, "theme": "dark", "something_new": 5}))
    assert load(file) == (Settings(theme="dark"), "")


def test_a_full_disk_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    assert "could not be saved" in save(Settings(), tmp_path / "file" / "window.json")


def test_recent_paths_are_few_and_newest_first():
    settings = Settings()
    for n in range(12):
        settings.remember(f"/{n}")
    settings.remember("/5")
    assert settings.recent[:3] == ["/5", "/11", "/10"]
    assert len(settings.recent) == 10


def test_options_cross_to_plain_data_and_back():
    options = ViewOptions(
        of=Component.IMAGE, window=Window.NONE, percentile=2.5, rows=(Row.PHASE,), folded=False
    )
    plain = json.loads(json.dumps(opts.to_plain(options)))
    assert opts.from_plain(plain) == options


def test_options_that_make_no_sense_keep_their_default(caplog):
    made = opts.from_plain({"of": "soul", "rows": [], "folded": "perhaps", "scale": "linear"})
    assert made.of is Component.RESIDUAL
    assert made.rows == tuple(Row)
    assert made.folded is True
    assert made.scale == "linear"


def test_actions_change_options():
    options = ViewOptions()
    assert opts.changed_by(options, "of_image", True).of is Component.IMAGE
    assert opts.changed_by(options, "row_phase", False).rows == tuple(Row)[:3]
    assert opts.changed_by(options, "percentile", True).percentile == 1.0
    assert opts.changed_by(options, "open", True) is None
    alone = ViewOptions(rows=(Row.IMAGE,))
    assert opts.changed_by(alone, "row_image", False).rows == (Row.IMAGE,)


def test_exactly_one_of_each_choice_is_checked():
    on = [name for name, state in opts.checked(ViewOptions()).items() if state]
    for group in ("of", "scale", "estimate", "window", "levels", "map"):
        assert sum(name.startswith(f"{group}_") for name in on) == 1, group
