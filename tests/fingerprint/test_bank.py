"""Banks on disk: reading, changing, and refusing what is not right."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from made_up import bank, entry, image, pattern, photographs

from fpinspect.fingerprint.bank import MANIFEST, Bank
from fpinspect.fingerprint.entry import BankError
from fpinspect.fingerprint.manifest import band, check_label
from fpinspect.fingerprint.match import match
from fpinspect.fingerprint.transfer import export, import_archive, read_archive


@pytest.fixture(scope="module")
def made() -> Bank:
    return bank(photographs(count=5))


@pytest.fixture
def stored(made: Bank, tmp_path: Path) -> Bank:
    return made.save(tmp_path / "bank")


def _manifest(folder: Path) -> dict:
    return json.loads((folder / MANIFEST).read_text())


def _rewrite(folder: Path, data: dict) -> None:
    (folder / MANIFEST).write_text(json.dumps(data))


def test_a_bank_comes_back_as_it_was(made, stored):
    assert stored.digest == made.digest
    assert list(stored.entries) == ["eight", "small"]
    before, after = made.entries["eight"], stored.entries["eight"]
    assert after.info == before.info
    assert after.lattices == (256, 128)
    assert stored.entries["small"].lattices == (128,)
    np.testing.assert_array_equal(after.template(), before.template())
    residual = image(1, pattern(1))
    assert match(residual, stored, jpeg_quality=None) == match(residual, made, jpeg_quality=None)


def test_arrays_are_read_on_first_use_only(stored):
    for path in stored.path.glob("*.safetensors"):
        path.unlink()
    again = Bank.load(stored.path)
    assert again.entries["eight"].title == "eight"
    with pytest.raises(BankError, match="cannot be read"):
        again.entries["eight"].template()


def test_all_six_feature_sets_are_there(stored):
    fingerprint = stored.entries["eight"].fingerprint(256)
    for name in ("residual", "denoised"):
        part = fingerprint.component(name)
        assert part.mean.shape == (3, 256, 256)
        for array in (part.log_psd_mean, part.log_psd_var, part.coherence, part.phase):
            assert array.shape == (3, 128, 65)
        assert stored.entries["eight"].log_magnitude(name).shape == (3, 256, 256)
        assert np.abs(stored.entries["eight"].phase(name)).max() <= np.pi + 1e-6


def test_the_log_magnitude_peaks_at_the_eighths(stored):
    spectrum = stored.entries["eight"].log_magnitude()
    assert np.isfinite(spectrum).all()
    eighths = spectrum[:, ::32, ::32]
    assert np.median(eighths) > 15  # dB over the median


def test_baselines_of_photographs_are_subtracted(made):
    assert "never JPEG (100%)" in made.entries["eight"].info.baseline
    bare = entry("bare", pattern(1), None, seed=100)
    assert bare.info.baseline == "none subtracted"
    assert not bare.arrays.nulls


def test_changes_make_new_banks_and_keep_the_old(stored):
    smaller = stored.without("small")
    assert list(stored.entries) == ["eight", "small"]
    saved = smaller.save(stored.path)
    assert list(saved.entries) == ["eight"]
    assert saved.digest != stored.digest
    assert len(list(stored.path.glob("*.safetensors"))) == 2  # eight and the photographs
    assert not list(stored.path.glob(".*"))  # neither lock nor temporary file


def test_labels_are_taken_once(made):
    with pytest.raises(BankError, match="already"):
        made.with_entry(made.entries["eight"])
    assert made.with_entry(made.entries["eight"], replace=True).digest == made.digest
    with pytest.raises(BankError, match="no entry 'nine'"):
        made.without("nine")


@pytest.mark.parametrize(
    "label",
    ["", "..", "a/b", "../x", "a\\b", "A", "con", "nul.x", "a b", "-a", "a.", "x" * 41, "a..b",
     "a\n", "é", None],
)  # fmt: skip
def test_labels_that_are_refused(label):
    with pytest.raises(BankError, match="cannot be a label"):
        check_label(label)


def test_labels_that_are_fine():
    for label in ("sd1", "demo-generator", "x", "sd-2.1_base", "a" * 40):
        assert check_label(label) == label


def test_jpeg_bands():
    assert [band(q) for q in (None, 100, 90, 89, 75, 69, 1)] == [
        "none", "q95", "q95", "q85", "q75", "q60", "q60",
    ]  # fmt: skip


def test_denoisers_are_not_mixed(made, monkeypatch):
    other = entry("nine", pattern(3), seed=500)
    object.__setattr__(other.info, "denoiser", "median")
    with pytest.raises(BankError, match="do not compare"):
        made.with_entry(other)


def test_tampering_is_noticed(stored):
    path = next(stored.path.glob("eight-*.safetensors"))
    data = bytearray(path.read_bytes())
    data[-1000] ^= 1
    path.write_bytes(data)
    with pytest.raises(BankError, match="changed or damaged"):
        Bank.load(stored.path).entries["eight"].template()


def test_two_writers_do_not_undo_each_other(stored):
    first, second = Bank.load(stored.path), Bank.load(stored.path)
    first.without("small").save(stored.path)
    with pytest.raises(BankError, match="changed by someone else"):
        second.without("eight").save(stored.path)
    assert list(Bank.load(stored.path).entries) == ["eight"]


def test_a_crash_while_writing_leaves_the_old_bank(stored, monkeypatch):
    real = Path.replace

    def crash(self, target):
        if Path(target).name == MANIFEST:
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(BankError, match="No space left"):
        stored.without("small").save(stored.path)
    monkeypatch.undo()
    again = Bank.load(stored.path)
    assert again.digest == stored.digest
    again.entries["small"].template()
    assert not list(stored.path.glob(".*"))


def test_a_bank_is_not_written_over_other_files(made, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(BankError, match="choose another folder"):
        made.save(tmp_path)


def test_a_newer_schema_is_refused(stored):
    data = _manifest(stored.path)
    data["version"] += 1
    _rewrite(stored.path, data)
    with pytest.raises(BankError, match="update fpinspect"):
        Bank.load(stored.path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.pop("entries"), "no manifest"),
        (lambda d: d.update(schema="other"), "no manifest"),
        (lambda d: d["entries"]["eight"].update(file="../../etc/passwd"), "names a file"),
        (lambda d: d["entries"]["eight"].update(file="/abs.safetensors"), "names a file"),
        (lambda d: d["entries"]["eight"].update(sha256="beef"), "no SHA-256"),
        (lambda d: d["entries"].update({"../x": d["entries"]["eight"]}), "cannot be a label"),
        (lambda d: d["entries"]["eight"].update(images={"256": -1}), "broken"),
        (lambda d: d["entries"]["eight"].update(images={"64": 3}), "cannot be"),
        (lambda d: d["entries"]["eight"].update(title="a\x1b[31m"), "broken"),
        (lambda d: d["entries"]["eight"].update(period=0), "cannot be"),
        (lambda d: d["photographs"].pop("denoiser"), "photographs are broken"),
    ],
)
def test_broken_manifests_are_refused(stored, change, words):
    data = _manifest(stored.path)
    change(data)
    _rewrite(stored.path, data)
    with pytest.raises(BankError, match=words):
        Bank.load(stored.path)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "null", '{"schema": "fpinspect.bank"}', "[" * 9999]
)
def test_files_that_are_no_manifest(stored, text):
    (stored.path / MANIFEST).write_text(text)
    with pytest.raises(BankError, match="no manifest"):
        Bank.load(stored.path)


def test_no_bank_there(tmp_path):
    with pytest.raises(BankError, match="there is no bank"):
        Bank.load(tmp_path / "nothing")


def test_export_and_import(stored, tmp_path):
    whole = export(stored, tmp_path / "whole.zip")
    assert read_archive(whole).digest == stored.digest
    part = export(stored, tmp_path / "part.zip", ["small"])
    found = read_archive(part)
    assert list(found.entries) == ["small"]
    assert found.photographs is None
    merged = import_archive(stored.without("small"), part)
    assert merged.digest == stored.digest
    with pytest.raises(BankError, match="already"):
        import_archive(stored, part)
    assert export(stored, tmp_path / "again.zip").read_bytes() == whole.read_bytes()


def _archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def _members(bank: Bank, tmp_path: Path) -> dict[str, bytes]:
    path = export(bank, tmp_path / "good.zip")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_an_archive_that_was_changed_is_refused(stored, tmp_path):
    members = _members(stored, tmp_path)
    name = next(n for n in members if n.startswith("eight"))
    changed = bytearray(members[name])
    changed[-10] ^= 4
    with pytest.raises(BankError, match="changed or damaged"):
        read_archive(_archive(tmp_path / "bad.zip", members | {name: bytes(changed)}))


def test_arrays_with_a_right_hash_but_wrong_content_are_refused(stored, tmp_path):
    members = _members(stored, tmp_path)
    name = next(n for n in members if n.startswith("eight"))
    for fake in (b"", b"rubbish", b"\xff" * 100, np.zeros(9).tobytes()):
        digest = hashlib.sha256(fake).hexdigest()
        fresh = f"eight-{digest[:12]}.safetensors"
        manifest = json.loads(members[MANIFEST])
        manifest["entries"]["eight"] |= {"sha256": digest, "file": fresh}
        bad = {k: v for k, v in members.items() if k != name}
        bad |= {fresh: fake, MANIFEST: json.dumps(manifest).encode()}
        with pytest.raises(BankError, match=r"cannot be read|lack"):
            read_archive(_archive(tmp_path / "bad.zip", bad))


@pytest.mark.parametrize(
    "name",
    ["../evil.safetensors", "/evil.safetensors", "a/b.safetensors", "evil.py", "..", "x\x00y"],
)
def test_hostile_names_are_refused(stored, tmp_path, name):
    members = _members(stored, tmp_path)
    path = _archive(tmp_path / "bad.zip", members | {name: b"x"})
    with pytest.raises(BankError, match=r"no file of a bank|disagree"):
        read_archive(path)
    assert not (tmp_path.parent / "evil.safetensors").exists()


def test_bombs_are_refused(stored, tmp_path, monkeypatch):
    members = _members(stored, tmp_path)
    monkeypatch.setattr("fpinspect.fingerprint.transfer.MAX_ARRAY_FILE", 2**20)
    path = _archive(tmp_path / "bad.zip", members | {"z.safetensors": bytes(2**21)})
    with pytest.raises(BankError, match="too large"):
        read_archive(path)
    monkeypatch.setattr("fpinspect.fingerprint.transfer.MAX_MEMBERS", 2)
    with pytest.raises(BankError, match="too many"):
        read_archive(path)


def test_a_lying_size_is_refused(stored, tmp_path):
    members = _members(stored, tmp_path)
    path = _archive(tmp_path / "bad.zip", members)
    data = path.read_bytes()
    size = len(members[MANIFEST]).to_bytes(4, "little")
    assert size in data
    path.write_bytes(data.replace(size, (len(members[MANIFEST]) - 5).to_bytes(4, "little")))
    with pytest.raises(BankError):
        read_archive(path)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip at all" * 100])
def test_files_that_are_no_archive(tmp_path, data):
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    with pytest.raises(BankError, match="no archive"):
        read_archive(path)


def test_archives_with_missing_or_doubled_members(stored, tmp_path):
    members = _members(stored, tmp_path)
    name = next(n for n in members if n.startswith("eight"))
    without = {k: v for k, v in members.items() if k != name}
    with pytest.raises(BankError, match=r"disagree|lacks"):
        read_archive(_archive(tmp_path / "a.zip", without))
    with pytest.raises(BankError, match=r"no bank\.json"):
        read_archive(_archive(tmp_path / "b.zip", {name: members[name]}))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(MANIFEST, members[MANIFEST])
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(MANIFEST, members[MANIFEST])
    path = tmp_path / "c.zip"
    path.write_bytes(buffer.getvalue())
    with pytest.raises(BankError, match="twice"):
        read_archive(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(made, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(BankError, match="cannot be written"):
        made.save(tmp_path / "bank")
