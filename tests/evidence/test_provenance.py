"""What a file says about its history: cameras, generators, XMP; hostile text does no harm."""

from __future__ import annotations

import json
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fpinspect.evidence.traces.text import clean, plain

A1111 = (
    "a red cat, best quality\nNegative prompt: blurry, text\n"
    "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 12345, Size: 512x512, "
    "Model hash: 6ce0161689, Model: v1-5-pruned-emaonly, Version: v1.6.0"
)
COMFY_PROMPT = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 99,
            "steps": 20,
            "cfg": 8.0,
            "sampler_name": "euler",
            "scheduler": "normal",
            "denoise": 1.0,
            "model": ["4", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd15.safetensors"}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a blue bottle", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "watermark", "clip": ["4", 1]}},
}
COMFY_WORKFLOW = {
    "nodes": [{"id": 3}],
    "links": [
        [1, 4, 0, 3, 0, "MODEL"],
        [4, 6, 0, 3, 1, "CONDITIONING"],
        [6, 7, 0, 3, 2, "CONDITIONING"],
    ],
}
FOOOCUS = {
    "base_model": "juggernautXL_v8",
    "base_model_hash": "aeb7e9e689",
    "guidance_scale": 4,
    "negative_prompt": "",
    "prompt": "a lighthouse",
    "sampler": "dpmpp_2m_sde_gpu",
    "scheduler": "karras",
    "seed": "1",
    "sharpness": 2,
    "steps": 30,
    "version": "Fooocus v2.1.865",
}
INVOKE = {
    "positive_prompt": "a boat",
    "negative_prompt": "fog",
    "scheduler": "euler",
    "steps": 30,
    "cfg_scale": 7.5,
    "seed": 5,
    "model": {"model_name": "stable-diffusion-v1-5", "base_model": "sd-1"},
}
NOVELAI = {"sampler": "k_euler", "seed": 7, "steps": 28, "scale": 5.0, "uc": "lowres"}
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description xmp:CreatorTool="Adobe Firefly"'
    "><Iptc4xmpExt:DigitalSourceType>"
    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    "</Iptc4xmpExt:DigitalSourceType></rdf:Description></rdf:RDF></x:xmpmeta>"
)


@pytest.fixture
def png_with(photo, encode):
    """Encode the scene as PNG with text entries."""

    def _encode(**texts) -> bytes:
        info = PngInfo()
        for key, value in texts.items():
            text = value if isinstance(value, str) else json.dumps(value)
            info.add_text(key.replace("_", "-") if key == "sd_metadata" else key, text)
        return encode(photo, "PNG", pnginfo=info)

    return _encode


@pytest.fixture
def generator(read):
    return lambda data: read(data).provenance.to_dict()["generator"]


def test_a_plain_file_names_no_generator(photo, encode, read):
    provenance = read(encode(photo, "PNG")).provenance
    assert provenance.generator is None
    assert provenance.camera is None
    assert provenance.c2pa == {"present": False}
    assert provenance.notes == ()


def test_automatic1111(png_with, generator):
    found = generator(png_with(parameters=A1111))
    assert found["tool"] == "AUTOMATIC1111"
    assert found["model"] == "v1-5-pruned-emaonly"
    assert found["model_hash"] == "6ce0161689"
    assert found["prompt"] == "a red cat, best quality"
    assert found["negative_prompt"] == "blurry, text"
    assert found["sampler"] == "Euler a"
    assert found["settings"]["steps"] == "20"
    assert found["settings"]["version"] == "v1.6.0"


def test_automatic1111_without_a_known_sampler(png_with, generator):
    found = generator(png_with(parameters="a tree\nSteps: 4, Model: sdxl_turbo, Size: 512x512"))
    assert (found["tool"], found["model"], found["prompt"]) == (
        "AUTOMATIC1111",
        "sdxl_turbo",
        "a tree",
    )


def test_comfyui(png_with, generator):
    found = generator(png_with(prompt=COMFY_PROMPT, workflow=COMFY_WORKFLOW))
    assert (found["tool"], found["model"]) == ("ComfyUI", "sd15.safetensors")
    assert found["prompt"] == "a blue bottle"
    assert found["negative_prompt"] == "watermark"
    assert found["settings"]["seed"] == 99


def test_comfyui_prompt_without_workflow(png_with, generator):
    found = generator(png_with(prompt=COMFY_PROMPT))
    assert (found["tool"], found["model"]) == ("ComfyUI", "sd15.safetensors")
    assert "a blue bottle" in found["prompt"]


def test_comfyui_with_a_diffusion_model_loader(png_with, generator):
    prompt = {
        "6": {"class_type": "CLIPTextEncodeFlux", "inputs": {"t5xxl": "a kettle"}},
        "12": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux1-dev.safetensors"}},
    }
    for workflow in ({"nodes": [], "links": []}, {}):
        found = generator(png_with(prompt=prompt, workflow=workflow))
        assert (found["tool"], found["model"]) == ("ComfyUI", "flux1-dev.safetensors")
        assert found["prompt"] == "a kettle"


def test_fooocus(png_with, generator):
    found = generator(png_with(parameters=FOOOCUS))
    assert (found["tool"], found["model"]) == ("Fooocus", "juggernautXL_v8")
    assert found["prompt"] == "a lighthouse"


@pytest.mark.parametrize("key", ["model_name", "name"])
def test_invokeai(png_with, generator, key):
    metadata = {**INVOKE, "model": {key: "stable-diffusion-v1-5"}}
    found = generator(png_with(invokeai_metadata=metadata))
    assert (found["tool"], found["model"]) == ("InvokeAI", "stable-diffusion-v1-5")
    assert found["prompt"] == "a boat"


def test_invokeai_without_scheduler(png_with, generator):
    metadata = {"positive_prompt": "a boat", "model": {"name": "FLUX Dev"}}
    found = generator(png_with(invokeai_metadata=metadata))
    assert (found["tool"], found["model"], found["prompt"]) == ("InvokeAI", "FLUX Dev", "a boat")


def test_legacy_invokeai(png_with, generator):
    found = generator(png_with(Dream='"a hill [clouds]" -s 50 -S 42 -W 512 -H 512 -C 7.5 -A k_lms'))
    assert found["tool"] == "InvokeAI"
    assert found["prompt"] == "a hill"
    assert found["settings"]["seed"] == 42


def test_novelai(png_with, generator):
    found = generator(
        png_with(
            Comment=NOVELAI,
            Description="a girl",
            Software="NovelAI",
            Source="Stable Diffusion F1022D28",
        )
    )
    assert (found["tool"], found["model"]) == ("NovelAI", "Stable Diffusion")
    assert found["prompt"] == "a girl"


def test_swarmui(png_with, generator):
    params = {"sui_image_params": {"prompt": "a fox", "model": "OfficialStableDiffusion/sd_xl"}}
    found = generator(png_with(parameters=params))
    assert (found["tool"], found["model"]) == ("SwarmUI", "OfficialStableDiffusion/sd_xl")


def test_midjourney(png_with, generator):
    text = "a castle --v 5.2 Job ID: 0c2fa7fe-92c1-4f8d-9a8e-25e5d6b1ab01"
    assert generator(png_with(Description=text))["tool"] == "Midjourney"


@pytest.mark.parametrize("order", ["be", "le"])
def test_user_comment_in_jpeg_and_webp(photo, encode, generator, order):
    comment = b"UNICODE\0" + A1111.encode("utf-16-" + order)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = comment
    for fmt in ("JPEG", "WEBP"):
        found = generator(encode(photo, fmt, exif=exif))
        assert found["model"] == "v1-5-pruned-emaonly", fmt
        assert found["found_in"] == "EXIF"


def test_comfyui_in_webp(photo, encode, read):
    exif = Image.Exif()
    exif[0x0110] = "prompt:" + json.dumps(COMFY_PROMPT)
    exif[0x010F] = "workflow:" + json.dumps(COMFY_WORKFLOW)
    provenance = read(encode(photo, "WEBP", exif=exif)).provenance
    assert provenance.generator["model"] == "sd15.safetensors"
    assert provenance.camera is None


@pytest.mark.parametrize("software", ["Midjourney 6", "Made with Adobe Firefly", "NovelAI"])
def test_generator_named_as_software(photo, encode, generator, software):
    exif = Image.Exif()
    exif[0x0131] = software
    assert generator(encode(photo, "JPEG", exif=exif))["tool"].lower() in software.lower()


def test_ordinary_software_and_comments_name_no_generator(photo, encode, read, png_with):
    exif = Image.Exif()
    exif[0x0131] = "Adobe Photoshop 25.0"
    provenance = read(encode(photo, "JPEG", exif=exif, comment="holiday in Rome")).provenance
    assert provenance.generator is None
    assert provenance.software == "Adobe Photoshop 25.0"
    assert provenance.text_keys == ("comment",)
    assert (
        read(png_with(Comment="Created with GIMP", Description="a cat")).provenance.generator
        is None
    )


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_camera_and_exif(photo, encode, read, fmt):
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "Canon", "Canon EOS 5D", "Ver.1.01"
    details = exif.get_ifd(0x8769)
    details[0x829A], details[0x8827] = 0.008, 400
    details[0x9003] = "2019:05:04 12:00:00"
    provenance = read(encode(photo, fmt, exif=exif)).provenance
    assert provenance.camera == "Canon EOS 5D"
    assert provenance.software == "Ver.1.01"
    if fmt == "TIFF":  # Pillow does not write the details there
        return
    assert provenance.exif["iso"] == 400
    assert provenance.exif["exposure_s"] == pytest.approx(0.008)
    assert provenance.exif["taken"] == "2019:05:04 12:00:00"


def test_make_is_put_before_a_bare_model(photo, encode, read):
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "NIKON CORPORATION", "D90"
    assert read(encode(photo, "JPEG", exif=exif)).provenance.camera == "NIKON CORPORATION D90"


def test_position_is_noted_but_not_told(photo, encode, read):
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    provenance = read(encode(photo, "JPEG", exif=exif)).provenance
    assert provenance.exif["gps"] is True


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_digital_source_type_from_xmp(photo, encode, read, fmt):
    options = {"xmp": XMP.encode()}
    if fmt == "PNG":
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", XMP)
        options = {"pnginfo": info}
    elif fmt == "TIFF":
        options = {"tiffinfo": {700: XMP.encode()}}
    provenance = read(encode(photo, fmt, **options)).provenance
    assert provenance.digital_source_type == "trainedAlgorithmicMedia"
    assert provenance.generator["tool"] == "Adobe Firefly"


def test_packed_text_and_text_behind_the_pixels(photo, encode, read):
    data = encode(photo, "PNG")
    packed = b"parameters\0\0" + zlib.compress(A1111.encode())
    body = b"zTXt" + packed
    chunk = struct.pack(">I", len(packed)) + body + struct.pack(">I", zlib.crc32(body))
    late = data[:-12] + chunk + data[-12:]
    assert read(late).provenance.generator["model"] == "v1-5-pruned-emaonly"


def test_two_files_do_not_mix(png_with, generator):
    for name in ("first", "second", "first"):
        text = A1111.replace("v1-5-pruned-emaonly", name)
        assert generator(png_with(parameters=text))["model"] == name


def chunks(data: bytes, *extra: tuple[bytes, bytes]) -> bytes:
    added = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in extra
    )
    return data[:33] + added + data[33:]


def test_text_bombs_are_bounded(photo, encode, read):
    bomb = b"parameters\0\0" + zlib.compress(b"a" * 60_000_000, 9)
    start = time.process_time()
    evidence = read(chunks(encode(photo, "PNG"), *[(b"zTXt", bomb)] * 8))
    assert time.process_time() - start < 5
    assert "too long" in evidence.provenance.notes[0]
    assert len(json.dumps(evidence.provenance.to_dict())) < 50_000


@pytest.mark.parametrize(
    "texts",
    [
        {"parameters": "\ud800\x00 Steps: 1, " * 50},
        {"parameters": "[" * 100_000},
        {"prompt": "[" * 100_000, "workflow": "{" * 100_000},
        {"prompt": '{"1":' * 5000 + "1" + "}" * 5000, "workflow": "{}"},
        {
            "prompt": {"1": {"class_type": [], "inputs": {"ckpt_name": {}}}},
            "workflow": {"links": 3},
        },
        {"prompt": {str(k): {"class_type": "X" * 500, "inputs": {}} for k in range(3000)}},
        {"invokeai_metadata": {"model": 4, "positive_prompt": ["x"], "scheduler": None}},
        {"invokeai_metadata": {"scheduler": "e", "steps": 10**400, "seed": float("nan")}},
        {"sd_metadata": {"image": {"prompt": [{"prompt": None}], "sampler": {}}}},
        {"Dream": '"' + "[" * 50_000 + '"' + " -" * 50_000},
        {"Source": " " * 100_000, "Description": "x", "Comment": NOVELAI, "Software": "NovelAI"},
        {"parameters": {"sui_image_params": {"model": {"a": {"b": {"c": {"d": {"e": 1}}}}}}}},
        {"parameters": "Steps: 1, " + "Hashes: {" * 20_000},
    ],
)
def test_hostile_text_is_survived(photo, encode, read, texts):
    entries = []
    for key, value in texts.items():
        text = value if isinstance(value, str) else json.dumps(value)
        head = key.replace("sd_m", "sd-m").encode() + b"\0\0\0\0\0"
        entries.append((b"iTXt", head + text.encode("utf-8", "surrogatepass")))
    start = time.process_time()
    evidence = read(chunks(encode(photo, "PNG"), *entries))
    assert time.process_time() - start < 3
    text = json.dumps(evidence.provenance.to_dict(), allow_nan=False, ensure_ascii=False)
    assert "\x00" not in text
    assert "\\u0000" not in text
    assert text.encode("utf-8")
    assert len(text) < 40_000


def test_damaged_exif_is_no_error_and_no_warning(photo, encode, read):
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8769)[0x9003] = "2019:05:04 12:00:00"
    whole = exif.tobytes()[6:]
    rng = np.random.default_rng(1)
    for _ in range(60):
        broken = bytearray(whole)
        for position in rng.integers(8, len(whole), 4):
            broken[position] = rng.integers(0, 256)
        data = chunks(encode(photo[:8, :8].copy(), "PNG"), (b"eXIf", bytes(broken)))
        assert read(data).facts.format == "PNG"


def test_clean_gives_safe_bounded_text():
    assert clean("a\x00b\x1b[31m\u202egnp") == "a b [31m gnp"
    assert clean("x" * 1000, 10) == "x" * 9 + "…"
    assert clean("\ud800") == "?"
    assert clean(" two\r\nlines ") == "two\nlines"


def test_plain_gives_finite_bounded_data():
    deep: list = []
    for _ in range(50):
        deep = [deep]
    value = plain({"a": float("inf"), "b": 10**100, "c": deep, 5: {1, 2}, "t": (True, None)})
    assert json.loads(json.dumps(value, allow_nan=False)) == value
    assert value["a"] is None
    assert len(plain(list(range(1000)))) == 64
