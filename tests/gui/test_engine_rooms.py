"""The operations with the real engine and bank: stages, panels and plots of a photograph."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fpinspect.gui import present_why
from fpinspect.gui.engine_ops import Rooms
from fpinspect.gui.engine_server import Context, ServerSpec
from fpinspect.gui.viewdata import ViewOptions
from fpinspect.pipeline import STAGES


@pytest.fixture(scope="module")
def rooms():
    return Rooms(ServerSpec(threads=1, device="cpu"))


@pytest.fixture(scope="module")
def photograph(tmp_path_factory):
    """A real photograph of 200 x 180 px: smaller than the larger lattice."""
    import sklearn.datasets

    source = Path(sklearn.datasets.__file__).parent / "images" / "china.jpg"
    path = tmp_path_factory.mktemp("rooms") / "china.png"
    with Image.open(source) as image:
        image.crop((0, 100, 200, 280)).save(path)
    return path


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def record(rooms, photograph, told):
    context = Context(lambda: False, lambda *progress: told.append(progress))
    payload = {"path": str(photograph), "named": True, "params": {}}
    answer = rooms.inspect(payload, context)
    assert answer["error"] == ""
    return json.loads(answer["record"])


@pytest.fixture(scope="module")
def compared(rooms, record):
    payload = {
        "record": record,
        "title": "china.png",
        "options": ViewOptions(),
        "denoiser": "wavelet",
        "references": [],
        "generation": 1,
    }
    return rooms.comparer.compare(payload, Context(lambda: False))


def test_an_inspection_names_its_stages(record, told):
    assert told == [
        (0, 0, "Loading the engine"),
        *((done, len(STAGES), name) for done, name in enumerate(STAGES)),
    ]


def test_an_explanation_has_its_stage_and_its_rings(rooms, photograph, compared):
    told = []
    context = Context(lambda: False, lambda *progress: told.append(progress))
    payload = {"path": str(photograph), "named": True, "params": {"explain": True}}
    answer = rooms.inspect(payload, context)
    assert answer["error"] == ""
    assert told[-1][0] < told[-1][1] == len(STAGES)
    explained = json.loads(answer["record"])
    measured = explained["explanation"]["frequencies"]
    assert measured
    carrying = present_why.carriers(explained, "log_psd")
    assert len(carrying) == 2 * len(measured)
    assert compared[0].tiles.boxes == ((0, 0, 180, 200),)


def test_a_column_is_known_by_what_it_shows(compared, record):
    comparison, _ = compared
    assert comparison.questioned.key == f"item:{record['sha256']}"
    assert [column.key for column in comparison.references][-1] == "bank:real"


def test_image_and_entries_are_folded_on_the_largest_lattice_that_the_image_fills(compared):
    comparison, _ = compared
    shapes = {column.residual.data.shape for column in comparison.columns}
    assert shapes == {(128, 128)}
    assert comparison.questioned.lattice == 128


def test_plots_come_in_the_order_of_the_columns_and_then_of_the_matches(compared, record):
    comparison, plots = compared
    titles = [one.title for one in plots.folds]
    assert titles[1:3] == [column.title for column in comparison.references]
    assert 4 <= len(titles) <= 6
    assert all(np.isfinite(one.values).all() for one in plots.folds)


def test_what_the_verdict_names_stands_beside_the_image(rooms, record):
    generated = {**record["verdict"], "answer": "generated", "source": "biggan"}
    for verdict, first in ((generated, "biggan"), ({**generated, "source": "unknown"}, None)):
        payload = {
            "record": {**record, "verdict": verdict},
            "title": "china.png",
            "options": ViewOptions(),
            "denoiser": "wavelet",
            "references": ["best", "bank:real"],
            "generation": 1,
        }
        shown, _ = rooms.comparer.compare(payload, Context(lambda: False))
        names = [(column.key, column.note) for column in shown.references]
        matched = _ranked(record)[0]["label"]
        note = "best match" if first in {None, matched} else "named by the verdict"
        assert names == [(f"bank:{first or matched}", note), ("bank:real", "")]


def _ranked(record):
    """Matches other than photographs, best first."""
    rows = [{"label": k, **v} for k, v in record["matches"].items() if k != "real"]
    return sorted(rows, key=lambda row: (row["p_value"], -row["folded"]))
