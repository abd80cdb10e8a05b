"""Operations without torch, bank and weights: realistic lines, real panels of small images."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path

import numpy as np
from PIL import Image

from fpinspect.gui import pictures, present, references
from fpinspect.gui.engine import EngineError
from fpinspect.gui.pictures import EntryData, Placement
from fpinspect.gui.plots import plots
from fpinspect.gui.translation import translate
from fpinspect.gui.viewdata import Choice, Comparison, Component, Role, ViewOptions

FACTS = (("images", "310"), ("lattice", "128\u00a0px"), ("denoiser", "wavelet"))
EXTENSIONS = {".png", ".jpg", ".jpeg", ".webp"}
LABELS = ("sd1", "sd2", "biggan", "flux", "real")
FLAGS = [
    {"code": "jpeg", "severity": "warning", "message": "JPEG quality 75: measured error rate 6 %."}
]


def operations(spec):
    """Make the table; module-level, so that a spawned process can import it."""
    return {
        "about": about,
        "inspect": inspect,
        "walk": walk,
        "demo": demo,
        "thumbnail": thumbnail,
        "compare": compare,
        "measure": measure,
        "region": region,
        "average": average,
        "entries": entries,
        "report": report,
    }


def slow_operations(spec):
    """Like `operations`, but every inspection takes half a minute unless it is cancelled."""
    return {**operations(spec), "inspect": wait_long, "average": wait_long}


def deaf_operations(spec):
    """Inspections that take long and never look whether they are still wanted."""
    return {**operations(spec), "inspect": sleep_long}


def missing_operations(spec):
    """A library is not installed."""
    raise ModuleNotFoundError("No module named 'torch'")


def dying_operations(spec):
    """The process ends before it can say anything."""
    os._exit(3)


def about(payload, context):
    rows = [{"label": label, "title": label, "images": 310} for label in LABELS]
    return {
        "device": "cpu",
        "denoisers": ["wavelet", "nlm"],
        "params": "8c1e40b7aa001122",
        "bank": "0123456789abcdef",
        "entries": rows,
        "problem": "",
        "made": {"params": {"denoiser": "wavelet"}, "versions": {"fpinspect": "0"}, "weights": {}},
    }


def wait_long(payload, context):
    for done in range(3000):
        context.update(done, 3000, "Denoising")
        context.check()
        time.sleep(0.01)
    raise AssertionError("nobody cancelled")


def sleep_long(payload, context):
    time.sleep(30)
    raise AssertionError("nobody killed it")


def inspect(payload, context):
    path = payload["path"]
    if "crash" in Path(path).name:
        os._exit(7)
    context.update(0, 2, "Reading")
    try:
        record = record_of(path)
    except OSError:
        record = error_of(path, "It is no image that can be read: the file ends early.")
    return {
        "record": json.dumps(record),
        "error": record["error"] or "",
        "warnings": [],
        "detail": "",
    }


def record_of(path, answer=None):
    data = Path(path).read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    with Image.open(path) as image:
        image.load()
        width, height, form = image.width, image.height, image.format
    seed = int(sha256[:8], 16)
    answer = answer or ("generated", "real", "inconclusive")[seed % 3]
    log10_lr = {"generated": 2.6, "real": -2.1, "inconclusive": 0.2}[answer]
    source = {"generated": LABELS[seed % 4], "real": "real", "inconclusive": "unknown"}[answer]
    shares = dict.fromkeys((*LABELS, "other"), 0.02)
    shares[source if source in shares else "other"] = 0.9
    return {
        "schema": "fpinspect.inspection/1",
        "path": path,
        "sha256": sha256,
        "bytes": len(data),
        "inspected_at": "2026-11-25T12:00:00.000+00:00",
        "status": "ok",
        "error": None,
        "image": {
            "width": width,
            "height": height,
            "format": form,
            "mode": "RGB",
            "bit_depth": 8,
            "jpeg_quality": 75 if form == "JPEG" else None,
            "subsampling": None,
            "orientation": 1,
            "frames": 1,
            "decoder": "test",
        },
        "verdict": {
            "answer": answer,
            "p_generated": 0.99 if answer == "generated" else 0.01,
            "log10_lr": log10_lr,
            "strength": "moderately strong",
            "threshold": {"value": 0.5, "nominal_fpr": 0.01, "measured_fpr": 0.014, "n": 351},
            "source": source,
            "sources": shares,
            "source_set": [source],
            "families": {"log_psd": 1.3, "autocorrelation": 0.8, "contrast_luma": -0.2},
        },
        "matches": {
            label: {"aligned": 0.04 - 0.01 * n, "folded": 0.4 - 0.1 * n, "shift": [0, 2 * n],
                    "p_value": 0.001 + 0.2 * n}
            for n, label in enumerate(LABELS)
        },
        "provenance": {"generator": None, "camera": None, "software": None, "c2pa": None},
        "applicability": FLAGS if form == "JPEG" else [],
        "params_hash": "8c1e40b7aa001122",
        "bank": "0123456789abcdef",
        "version": "0",
        "elapsed_ms": 12.0,
    }  # fmt: skip


def error_of(path, words):
    keys = ("sha256", "bytes", "image", "verdict", "matches", "provenance")
    return {
        "schema": "fpinspect.inspection/1",
        "path": path,
        **dict.fromkeys(keys),
        "inspected_at": "2026-11-25T12:00:00.000+00:00",
        "status": "error",
        "error": words,
        "applicability": [],
        "params_hash": "8c1e40b7aa001122",
        "bank": "0123456789abcdef",
        "version": "0",
        "elapsed_ms": 1.0,
    }


def walk(payload, context):
    items, others = [], 0
    for path in payload["paths"]:
        if not os.path.isdir(path):
            items.append([path, True])
            continue
        for folder, _, names in sorted(os.walk(path)):
            for name in sorted(names):
                if os.path.splitext(name)[1].lower() in EXTENSIONS:
                    items.append([os.path.join(folder, name), False])
                else:
                    others += 1
    return {"items": items, "not_images": others}


def demo(payload, context):
    folder = Path(payload["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(3):
        picture(n).save(folder / f"exhibit {n}.png")
    return {"paths": sorted(str(path) for path in folder.iterdir())}


def thumbnail(payload, context):
    try:
        with Image.open(payload["path"]) as image:
            small = image.convert("RGB").resize((payload["side"], payload["side"]))
            facts = {"width": image.width, "height": image.height, "format": image.format}
            return {**facts, "picture": np.array(small)}
    except OSError as error:
        raise EngineError("no picture") from error


def entry_data(label, of):
    """A fingerprint of an imagined generator."""
    rng = np.random.default_rng(LABELS.index(label))
    half = (3, 128, 65)
    return EntryData(
        label=label,
        title=present.title(label),
        component=Component.DENOISED if of is Component.DENOISED else Component.RESIDUAL,
        images=310,
        lattice=128,
        mean=rng.normal(0, 0.2, (3, 128, 128)).astype(np.float32),
        log_psd_mean=rng.normal(0, 0.05, half).astype(np.float32),
        log_psd_var=np.full(half, 0.02, np.float32),
        phase=rng.uniform(-3, 3, half).astype(np.float32),
        coherence=np.full(half, 0.3, np.float32),
        facts=tuple((translate("Comparison", name), value) for name, value in FACTS),
    )


def planes_of(path):
    with Image.open(path) as image:
        planes = np.moveaxis(np.asarray(image.convert("RGB"), np.float32), -1, 0)
    blurred = (planes + np.roll(planes, 1, 1) + np.roll(planes, 1, 2)) / 3
    return {
        Component.IMAGE: planes,
        Component.DENOISED: blurred,
        Component.RESIDUAL: planes - blurred,
    }


def compare(payload, context):
    record, options = payload["record"], payload["options"]
    if not Path(record["path"]).exists():
        raise EngineError("The file is gone.")
    planes = planes_of(record["path"])
    usual = references.usual(payload["count"], real=True)
    keys = references.resolved(payload["references"] or usual, [f"bank:{x}" for x in LABELS[:-1]])
    questioned = pictures.image_column(
        planes,
        options,
        key=f"item:{record['sha256']}",
        title=payload["title"],
        placement=Placement(128),
    )
    columns, entries = [], []
    for key in keys:
        label = key.removeprefix("bank:")
        role = Role.REAL if label == "real" else Role.MATCH
        if label in LABELS:
            data = entry_data(label, options.of)
            entries.append((data, role))
            column = pictures.entry_column(data, options, key=key, role=role)
            columns.append(pictures.with_difference(column, questioned))
        elif key == "average":
            column = pictures.entry_column(entry_data("sd1", options.of), options, key=key)
            columns.append(column)
        else:
            pin = next(r for r, _ in payload["pins"] if f"item:{r['sha256']}" == key)
            columns.append(
                pictures.image_column(planes_of(pin["path"]), options, key=key, title="pinned")
            )
    comparison = Comparison(
        generation=payload["generation"],
        questioned=questioned,
        references=tuple(columns),
        choices=tuple(Choice(f"bank:{label}", present.title(label)) for label in LABELS),
        peaks=pictures.lattice_peaks(questioned, columns, "log_psd"),
    )
    shares = present.contributions(record["verdict"]["families"])
    made = plots(planes[options.of], title=payload["title"], entries=entries, contributions=shares)
    return comparison, made


def measure(payload, context):
    return True


def region(payload, context):
    part, options = payload["region"], payload["options"]
    planes = planes_of(payload["record"]["path"])[options.of]
    cut = planes[:, part.y : part.y + part.height, part.x : part.x + part.width]
    return pictures.region_data(cut, part, options)


def average(payload, context):
    total = len(payload["records"])
    for done in range(total):
        context.update(done + 1, total, "averaging")
        context.check()
    return {"images": total, "left_out": 0, "file": str(Path(payload["folder"]) / "a.npz")}


def report(payload, context):
    total = len(payload["records"])
    for done in range(total):
        context.update(done, total, f"Image {done + 1:,} of {total:,}")
        context.check()
    Path(payload["path"]).write_text(json.dumps(dict(payload)))
    return {"path": payload["path"], "log": {"file": Path(payload["path"]).name}}


def entries(payload, context):
    options = ViewOptions()
    return tuple(
        pictures.entry_column(entry_data(label, options.of), options, key=f"bank:{label}")
        for label in LABELS
    )


def picture(seed, side=(96, 64)):
    """A small picture that differs with its seed."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: side[1], : side[0]]
    base = 128 + 60 * np.sin(x / (5 + seed % 7)) + 40 * np.cos(y / (4 + seed % 5))
    noise = rng.normal(0, 6, (*base.shape, 3))
    return Image.fromarray(np.clip(base[..., None] + noise, 0, 255).astype(np.uint8))
