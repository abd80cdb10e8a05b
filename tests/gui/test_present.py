"""From the JSON line to words: what is said, what is left out, and what never overclaims."""

from __future__ import annotations

import math

import pytest
from view_samples import record

from fpinspect.gui import present, present_file
from fpinspect.gui.viewdata import Outcome, Role, Severity, VerdictView


def test_nothing_selected_says_nothing() -> None:
    assert present.verdict(None) == VerdictView()
    assert present_file.metadata(None).sections == ()


def test_generated_is_a_sentence_about_the_evidence() -> None:
    view = present.verdict(record())
    assert (view.outcome, view.word) == (Outcome.GENERATED, "Generated")
    assert view.support == "Moderately strong support for generated over photograph"
    assert view.sentence == (
        "These traces are about 400 times more probable if the image was generated than if it is a "
        "photograph; among the known generators they fit Stable Diffusion 1.x best."
    )
    assert "even prior odds" in view.odds_note
    assert ".999" in view.odds_note
    assert ("Likelihood ratio", "about 400 : 1") in view.numbers
    assert ("Photographs wrongly flagged", "1.4\u00a0%") in view.numbers
    assert view.not_said


def test_real_turns_the_sentence_round() -> None:
    view = present.verdict(record(answer="real", log10_lr=-2.4, p_generated=0.004, source="real"))
    assert view.support == "Moderately strong support for photograph over generated"
    assert "about 250 times more probable if the image is a photograph" in view.sentence
    assert "fit" not in view.sentence
    assert ("Likelihood ratio", "about 1 : 250") in view.numbers


def test_a_ratio_at_the_bound_is_a_lower_limit() -> None:
    view = present.verdict(record(log10_lr=3.2))
    assert view.bound == pytest.approx(3.301, abs=1e-3)
    assert ("Likelihood ratio", "at least 1,600 : 1") in view.numbers
    assert "at least 1,600 times" in view.sentence


def test_the_engine_may_name_the_bound_itself() -> None:
    assert present.verdict(record(bound=2.0)).bound == 2.0


def test_certainty_is_never_printed() -> None:
    view = present.verdict(record(p_generated=0.99999))
    assert "1.000" not in view.odds_note
    assert "above .999" in view.odds_note
    assert "below" in present.verdict(record(p_generated=1e-6)).odds_note


def test_an_unknown_source_is_not_named() -> None:
    sentence = present.verdict(record(source="unknown")).sentence
    assert "none of the known generators" in sentence


def test_an_enrolled_source_is_named_by_its_title() -> None:
    view = present.verdict(record(source="mine"), titles={"mine": "Studio model 3"})
    assert "they fit Studio model 3 best" in view.sentence


def test_inconclusive_says_why_first() -> None:
    view = present.verdict(record(answer="inconclusive", log10_lr=0.3, source="unknown"))
    assert view.outcome is Outcome.INCONCLUSIVE
    assert view.support.startswith("Too weak to decide")


def test_a_blocking_flag_leaves_only_what_blocks() -> None:
    data = record()
    data["applicability"].append({"code": "flat", "severity": "blocking", "message": "Flat."})
    view = present.verdict(data)
    assert view.outcome is Outcome.BLOCKED
    assert view.flags[0].message == "Flat."
    assert [view.sentence, view.sources, view.contributions, view.matches] == ["", (), (), ()]


def test_flags_come_worst_first() -> None:
    flags = present.verdict(record()).flags
    assert [flag.severity for flag in flags] == [Severity.WARNING, Severity.INFO]


def test_an_error_is_in_plain_words() -> None:
    view = present.verdict({"status": "error", "error": "The file ends early.", "verdict": None})
    assert (view.outcome, view.word, view.message) == (
        Outcome.ERROR,
        "Not read",
        "The file ends early.",
    )


def test_working_keeps_the_verdict_before() -> None:
    before = present.verdict(record())
    view = present.working("Denoising", before, 0.25)
    assert view.outcome is Outcome.WORKING
    assert (view.word, view.sources) == (before.word, before.sources)
    assert (view.message, view.progress) == ("Denoising", 0.25)


def test_sources_are_ranked_and_the_set_is_marked() -> None:
    sources = present.verdict(record()).sources
    assert [s.label for s in sources][:3] == ["sd1", "sd2", "other"]
    assert {s.label for s in sources if s.in_set} == {"sd1", "sd2"}
    assert sources[0].role is Role.MATCH
    assert {s.title for s in sources} >= {"Real", "Unknown generator"}
    assert sum(s.share for s in sources) == pytest.approx(1.0)


def test_contributions_put_calibration_last_and_know_where_they_live() -> None:
    made = present.verdict(record()).contributions
    assert [c.name for c in made] == ["log_psd", "autocorrelation", "net", "calibration"]
    assert "peaks" in made[0].where
    assert present.contributions({"brand_new": 0.1})[0].title == "Brand new"


def test_matches_are_ranked_by_p() -> None:
    rows = present.verdict(record()).matches
    assert [row.label for row in rows] == ["sd1", "real"]
    assert rows[0].shift == (0, 5)
    assert rows[1].null_images == 312


@pytest.mark.parametrize("explanation", ["one", ["one"], ("one",)])
def test_an_explanation_of_a_later_engine_finds_its_place(explanation) -> None:
    assert present.verdict(record() | {"explanation": explanation}).explanation == ("one",)


def _rows(data, title):
    section = next(s for s in present_file.metadata(data).sections if s.title == title)
    return dict(section.rows)


def test_metadata_tells_what_the_file_says() -> None:
    data = record()
    assert _rows(data, "File")["SHA-256"] == data["sha256"]
    assert _rows(data, "File")["Size"] == "412.3\u00a0kB (412,345 bytes)"
    assert _rows(data, "Image")["Orientation"].startswith("6, turned by 90°")
    assert _rows(data, "JPEG")["Quality"] == "92, the tables of libjpeg"
    table = _rows(data, "JPEG")["Quantisation table 0"].splitlines()
    assert table[0].split() == ["0", "1", "5", "6", "14", "15", "27", "28"]
    assert table[7].split()[-1] == "63"
    assert _rows(data, "Content credentials (C2PA)") == {}
    assert _rows(data, "Generator metadata")["Prompt"] == "a <b>cup</b>"
    assert _rows(data, "EXIF") == {"ISO": "100"}
    assert _rows(data, "Camera and software") == {"Software": "GIMP 2.10"}


def test_what_a_later_engine_adds_to_provenance_is_shown_too() -> None:
    data = record()
    data["provenance"]["watermark"] = {"found": True}
    assert _rows(data, "Other")["Watermark, found"] == "yes"
    assert _rows(data, "Other")["Notes"] == "One text entry could not be read."


def test_metadata_of_an_item_that_failed() -> None:
    data = {"status": "error", "path": "/x.jpg", "error": "Cut.", "image": None, "provenance": None}
    assert _rows(data, "File")["Error"] == "Cut."
    assert _rows(data, "Image") == {}


def test_endless_metadata_is_cut_and_says_so() -> None:
    data = record()
    data["provenance"]["generator"] = {"prompt": "x" * 1_000_000}
    text = _rows(data, "Generator metadata")["Prompt"]
    assert len(text) < 21_000
    assert "1,000,000 characters, cut here" in text


def test_an_earlier_jpeg_of_a_lossless_file_is_told() -> None:
    data = record()
    data["image"] |= {"jpeg_quality": None, "subsampling": None}
    data["provenance"] |= {
        "jpeg": None,
        "earlier_jpeg": {"found": True, "score": 7.5, "quality": 75, "offset": [0, 0]},
    }
    rows = _rows(data, "JPEG")
    assert rows["Trace of an earlier JPEG"] == "found"
    assert rows["Trace, quality"] == "75"


def test_the_bound_of_the_real_side_rests_on_generated_images() -> None:
    threshold = {"value": 1.0, "nominal_fpr": 0.01, "measured_fpr": 0.014, "n": 600}
    shown = present.verdict(record(answer="real", log10_lr=-2.0, threshold=threshold))
    assert shown.bound == 0.0  # Nothing is claimed where the engine does not say.
    threshold["n_generated"] = 400
    shown = present.verdict(record(answer="real", log10_lr=-2.0, threshold=threshold))
    assert shown.bound == pytest.approx(math.log10(400))
    shown = present.verdict(record(answer="real", log10_lr=-2.0, bound=2.9))
    assert shown.bound == 2.9


def test_a_real_verdict_says_what_it_lets_pass() -> None:
    threshold = {"value": 1.0, "nominal_fpr": 0.01, "measured_fpr": 0.014, "n": 600}
    shown = present.verdict(
        record(answer="real", log10_lr=-2.0, threshold=threshold | {"measured_miss": 0.05})
    )
    assert ("Generated images passed as real", "5.0\u00a0%") in shown.numbers
    shown = present.verdict(record(answer="real", log10_lr=-2.0, threshold=threshold))
    assert ("Photographs wrongly flagged", "1.4\u00a0%") in shown.numbers


def test_the_set_says_its_coverage() -> None:
    assert present.verdict(record()).set_words == "in the 95\u00a0% set"
    found = present.verdict(record(conformal={"coverage": 0.9, "n": {"real": 90}}))
    assert found.set_words == "in the 90\u00a0% set"
