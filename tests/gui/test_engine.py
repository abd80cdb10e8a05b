"""The engine's process: answers, arrays, crashes, cancelling, restarting."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
import threading
import time
from multiprocessing.shared_memory import SharedMemory

import fake_engine
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from fpinspect.batch.progress import CancelToken
from fpinspect.gui import codec, warm
from fpinspect.gui.engine import CancelledError, EngineError, EngineLostError
from fpinspect.gui.engine_process import LocalEngine, ProcessEngine
from fpinspect.gui.engine_server import ServerSpec
from fpinspect.gui.viewdata import Region, Row, ViewOptions


@pytest.fixture
def engine():
    made = ProcessEngine(ServerSpec(operations=fake_engine.operations))
    yield made
    made.close()
    made.join()


def test_plain_data_and_arrays_cross_unchanged():
    value = {
        "options": ViewOptions(rows=(Row.IMAGE,)),
        "region": Region(1, 2, 3, 4),
        "list": [1, 2.5, None, True, "text"],
        "pair": (np.arange(6, dtype=np.float32).reshape(2, 3), np.zeros((0, 3), np.uint8)),
    }
    text, arrays = codec.pack(value)
    placed, size = codec.layout(arrays)
    block = bytearray(max(size, 1))
    codec.write(arrays, placed, memoryview(block))
    found = codec.unpack(text, codec.read(placed, memoryview(block)))
    assert found["options"] == value["options"]
    assert found["options"].rows[0] is Row.IMAGE
    assert found["region"] == value["region"]
    assert found["list"] == value["list"]
    np.testing.assert_array_equal(found["pair"][0], value["pair"][0])
    assert found["pair"][1].shape == (0, 3)


def test_nothing_else_crosses():
    with pytest.raises(TypeError):
        codec.pack(object())
    with pytest.raises(ValueError, match="may not cross"):
        codec.unpack(b'{"$class": "Popen", "parts": {}}', ())


def test_a_process_answers_and_is_used_again(engine, images):
    path = str(images / "image 0.png")
    first = engine.call("thumbnail", {"path": path, "side": 32})
    pid = engine.pid
    second = engine.call("thumbnail", {"path": path, "side": 32})
    assert first["picture"].shape == (32, 32, 3)
    np.testing.assert_array_equal(first["picture"], second["picture"])
    assert engine.pid == pid
    assert not first["picture"].flags.writeable


def test_a_call_right_after_a_restart_is_answered(engine, images):
    request = {"path": str(images / "image 0.png"), "side": 32}
    before = engine.call("thumbnail", request)["picture"]
    for _ in range(3):
        engine.restart()
        np.testing.assert_array_equal(engine.call("thumbnail", request)["picture"], before)


def test_a_prepared_process_is_the_one_that_answers(engine, images):
    engine.prepare()
    starting = engine._starting
    engine.prepare()
    engine.call("thumbnail", {"path": str(images / "image 0.png"), "side": 32})
    assert engine.pid == starting.process.pid
    engine.prepare()
    assert engine.pid == starting.process.pid


def test_a_prepared_process_that_nobody_asked_ends_with_the_engine(engine):
    engine.prepare()
    starting = engine._starting
    while not starting.is_over(0.1):
        pass
    engine.close()
    starting.process.join(5.0)
    assert starting.process.exitcode == -signal.SIGKILL


def test_the_process_and_the_thread_give_the_same(engine, images):
    payload = {"path": str(images / "image 1.png"), "named": True, "params": {}}
    local = LocalEngine(ServerSpec(operations=fake_engine.operations))
    assert engine.call("inspect", payload) == local.call("inspect", payload)


def test_an_error_is_told_in_words(engine, tmp_path):
    with pytest.raises(EngineError, match="no picture"):
        engine.call("thumbnail", {"path": str(tmp_path / "none.png"), "side": 8})
    with pytest.raises(EngineError, match="Internal error"):
        engine.call("no such operation", {})


def test_a_crash_costs_one_item(engine, images):
    with pytest.raises(EngineLostError, match="ended unexpectedly"):
        engine.call("inspect", {"path": str(images / "crash.png"), "named": True})
    found = engine.call("inspect", {"path": str(images / "image 0.png"), "named": True})
    assert found["error"] == ""


@pytest.mark.parametrize("operations", ["slow_operations", "deaf_operations"])
def test_cancelling_takes_less_than_300_ms(operations, images):
    made = ProcessEngine(ServerSpec(operations=getattr(fake_engine, operations)))
    made.call("about", {})  # It is up.
    token = CancelToken()
    cancelled_at = []

    def cancel():
        cancelled_at.append(time.monotonic())
        token.cancel()

    timer = threading.Timer(0.3, cancel)
    timer.start()
    path = str(images / "image 0.png")
    with pytest.raises(CancelledError):
        made.call("inspect", {"path": path, "named": True}, token=token)
    assert time.monotonic() - cancelled_at[0] < 0.3
    timer.join()
    assert made.call("about", {})["device"] == "cpu"
    made.close()


def test_progress_is_passed_on(images):
    made = ProcessEngine(ServerSpec(operations=fake_engine.operations))
    told = []
    record = {"path": "x"}
    made.call(
        "average",
        {"records": [record] * 3, "folder": "."},
        on_progress=lambda *parts: told.append(parts),
    )
    assert told[-1] == (3, 3, "averaging")
    made.close()


def test_closing_ends_a_call_in_another_thread(images):
    made = ProcessEngine(ServerSpec(operations=fake_engine.deaf_operations))
    made.call("about", {})
    ended = []

    def work():
        try:
            made.call("inspect", {"path": str(images / "image 0.png"), "named": True})
        except CancelledError:
            ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.2)
    made.close()
    thread.join(2.0)
    assert ended == [True]
    with pytest.raises(CancelledError):
        made.call("about", {})


def test_no_shared_memory_is_left(engine, images, monkeypatch):
    names = []
    original = SharedMemory.__init__

    def spy(self, name=None, create=False, size=0):
        names.append(name)
        original(self, name, create, size)

    monkeypatch.setattr(SharedMemory, "__init__", spy)
    engine.call("thumbnail", {"path": str(images / "image 0.png"), "side": 16})
    monkeypatch.undo()
    assert names
    with pytest.raises(FileNotFoundError):
        SharedMemory(names[0])


@pytest.mark.skipif(not warm.can_fork(), reason="engines are forked on Linux alone")
def test_an_engine_forked_from_loaded_libraries_finds_the_same(images):
    payload = {"path": str(images / "image 0.png"), "named": True}
    forked = ProcessEngine(ServerSpec(threads=1))
    try:
        found = forked.call("inspect", payload)
    finally:
        forked.close()
        forked.join()
    # Products of matrices are rounded otherwise by two threads than by one.
    with threadpool_limits(1):
        alone = LocalEngine(ServerSpec(threads=1)).call("inspect", payload)
    records = [json.loads(answer["record"]) for answer in (found, alone)]
    assert records[0]["status"] == "ok"
    for record in records:
        del record["inspected_at"], record["elapsed_ms"]
    assert records[0] == records[1]


def test_the_process_that_engines_are_forked_from_has_all_they_need():
    code = """
        import sys
        import fpinspect.gui.warm_process
        from torch import _meta_registrations
        assert "torch._decomp.decompositions" not in sys.modules
        assert callable(_meta_registrations.register_meta)  # Whoever wants it gets it.
        before = set(sys.modules)
        from fpinspect.gui import engine_ops
        from fpinspect.gui.engine_server import Context, ServerSpec, perform
        operations = engine_ops.operations(ServerSpec(threads=1))
        perform(operations, "about", {}, Context(lambda: False))
        assert set(sys.modules) == before, set(sys.modules) - before
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
