"""Generator metadata: which tool and model a file says it was made with.

sd-parsers reads what AUTOMATIC1111, ComfyUI, Fooocus, InvokeAI and NovelAI write. Its parsers are
used, its image extractors are not: they keep the last image's text in a global by ``id()``, which
is wrong as soon as ids are reused or threads run. What its parsers refuse (a prompt without a
workflow, a sampler they do not know) is recognised by a few rules of our own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from fpinspect.evidence.traces.metadata import MAX_TEXT, Metadata
from fpinspect.evidence.traces.text import clean, plain

_PROMPT_CHARACTERS = 4000
# Quadratic patterns of sd-parsers run over these: the first two are cut, a longer third one is
# left to our own rules (prompts end with what matters).
_SHORT = {"Source": 300, "Dream": 3000}
_MAX_PARAMETERS = 30_000
_KEYS = (
    "parameters",
    "prompt",
    "workflow",
    "invokeai_metadata",
    "invokeai_graph",
    "sd-metadata",
    "Dream",
    "Description",
    "Software",
    "Source",
    "Comment",
)
_MODEL_KEYS = ("ckpt_name", "unet_name", "model_name", "gguf_name", "model", "base_model")
_A1111_STEPS = re.compile(r"(?:^|\n|, )Steps: (\d{1,6})")
_A1111_MODEL = re.compile(r", Model: ([^,\n]{1,200})")
_MIDJOURNEY_JOB = re.compile(r"\bJob ID: [0-9a-f]{8}-")
_TOOLS = re.compile(
    r"(NovelAI|Midjourney|DALL.?E|Adobe Firefly|Stable Diffusion|InvokeAI|Draw Things|ComfyUI|"
    r"Fooocus|Leonardo\.Ai|Ideogram|DreamStudio|Playground AI|Easy Diffusion|SwarmUI|"
    r"Google Imagen|Black Forest Labs|ChatGPT|GPT-4o|Diffusion Bee)",
    re.IGNORECASE,
)


def find_generator(found: Metadata) -> dict[str, Any] | None:
    """Say which generator the metadata name.

    Parameters
    ----------
    found : Metadata
        What was gathered from the file.

    Returns
    -------
    dict or None
        ``tool``, ``model``, ``model_hash``, ``prompt``, ``negative_prompt``, ``sampler``,
        ``settings`` (a dict) and ``found_in``; values are None where not stated. None when the
        metadata name no generator. Metadata can be copied or forged: this is a claim of the file.
    """
    texts, origin = _candidates(found)
    result: dict[str, Any] | None = None
    if texts:
        result = _with_sd_parsers(texts) or _with_own_rules(texts)
    if result is None:
        result = _named_in_software(found)
        origin = "software name"
    if result is None:
        return None
    blank: dict[str, Any] = dict.fromkeys(
        ("tool", "model", "model_hash", "prompt", "negative_prompt", "sampler")
    )
    return {**blank, "settings": {}, **result, "found_in": origin}


def _candidates(found: Metadata) -> tuple[dict[str, str], str]:
    """Return the texts that generators write, by sd-parsers' keywords, and where they lay."""
    texts = {key: found.texts[key] for key in _KEYS if key in found.texts}
    origin = "text entries"
    if not texts:
        origin = "EXIF"
        comment = user_comment(found)
        nested = _json(comment)
        if isinstance(nested, dict):
            texts = {key: _as_text(nested[key]) for key in _KEYS if key in nested}
        if not texts and comment:
            texts["parameters"] = comment
        # ComfyUI's WebP: "prompt:{…}" and "workflow:{…}" in string tags
        for name in ("make", "model", "description"):
            key, _, body = found.exif.text(name)[:MAX_TEXT].partition(b":")
            if key.lower() in {b"prompt", b"workflow"} and body[:1] == b"{":
                texts[key.lower().decode()] = clean(body.decode("utf-8", "replace"), MAX_TEXT)
    if not texts and "comment" in found.texts:
        origin, texts = "comment", {"parameters": found.texts["comment"]}
    return {key: text[: _SHORT.get(key, MAX_TEXT)] for key, text in texts.items()}, origin


def user_comment(found: Metadata) -> str:
    """Return EXIF UserComment, whose first eight bytes name its encoding (CIPA DC-008)."""
    raw = found.exif.values.get("user_comment", b"")
    if not isinstance(raw, bytes) or len(raw) <= 8:
        return ""
    head, body = raw[:8], raw[8:]
    if head.startswith(b"UNICODE"):
        # The byte order is not stated; ASCII letters put their zero byte first in big-endian.
        big = body[:400:2].count(0) >= body[1:400:2].count(0)
        text = body.decode("utf-16-be" if big else "utf-16-le", "replace")
    elif head.strip(b"\0") in {b"", b"ASCII"}:
        text = body.decode("utf-8", "replace")
    else:
        text = raw.decode("utf-8", "replace")
    return clean(text, MAX_TEXT)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _json(text: str) -> Any:
    """Parse JSON; None when it is none."""
    if text[:1] not in {"{", "["}:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _with_sd_parsers(texts: dict[str, str]) -> dict[str, Any] | None:
    """Let sd-parsers' parsers try in their order."""
    from sd_parsers import parsers

    if len(texts.get("parameters", "")) > _MAX_PARAMETERS:
        return None
    for parser in (
        parsers.FooocusParser,
        parsers.AUTOMATIC1111Parser,
        parsers.ComfyUIParser,
        parsers.InvokeAIParser,
        parsers.NovelAIParser,
    ):
        try:
            return _described(parser().parse(dict(texts)), texts)
        except Exception:  # noqa: S112 - hostile text fails in many ways; the next parser may do
            continue
    return None


def _described(info: Any, texts: dict[str, str]) -> dict[str, Any] | None:
    """Turn an ``sd_parsers.PromptInfo`` into plain, bounded data."""
    samplers = list(info.samplers)[:16]
    tool = str(info.generator.value)
    models = [sampler.model for sampler in samplers if sampler.model]
    model = models[0] if models else None
    name = model.name if model else None
    prompts = [str(prompt.value) for sampler in samplers for prompt in sampler.prompts]
    negatives = [str(prompt.value) for sampler in samplers for prompt in sampler.negative_prompts]
    if tool == "ComfyUI":
        nodes = _json(texts.get("prompt", ""))
        if not samplers and not _looks_like_comfyui(nodes):
            return None
        name = name or _comfyui_model(nodes)
        prompts = prompts or list(_comfyui_prompts(nodes))
    if tool == "InvokeAI" and not name:
        name = _invokeai_model(_json(texts.get("invokeai_metadata", "")))
    first = samplers[0] if samplers else None
    settings = dict(first.parameters) if first else {}
    version = info.metadata.get("Version") or info.metadata.get("version")
    if version:
        settings["version"] = version
    return {
        "tool": tool,
        "model": _short(name),
        "model_hash": _short(model.hash if model else None),
        "prompt": _joined(prompts),
        "negative_prompt": _joined(negatives),
        "sampler": _short(first.name if first else None),
        "settings": plain(settings, 200),
    }


def _short(value: Any) -> str | None:
    """Return a name, bounded; None for nothing."""
    return (clean(str(value), 200) or None) if value else None


def _joined(texts: list[str]) -> str | None:
    """Join prompts, each once, bounded."""
    return clean("\n".join(dict.fromkeys(texts)), _PROMPT_CHARACTERS) or None


def _with_own_rules(texts: dict[str, str]) -> dict[str, Any] | None:
    """Recognise what sd-parsers refuses."""
    parameters = texts.get("parameters", "")
    nested = _json(parameters)
    if isinstance(nested, dict) and isinstance(nested.get("sui_image_params"), dict):
        inner = nested["sui_image_params"]
        return {
            "tool": "SwarmUI",
            "model": _short(inner.get("model")),
            "prompt": _joined([str(inner.get("prompt", ""))]),
            "settings": plain({k: v for k, v in inner.items() if k != "prompt"}, 200),
        }
    if _A1111_STEPS.search(parameters):
        model = _A1111_MODEL.search(parameters)
        prompt = parameters.split("\nSteps: ")[0].split("\nNegative prompt: ")[0]
        return {
            "tool": "AUTOMATIC1111",
            "model": _short(model.group(1) if model else None),
            "prompt": _joined([prompt]),
        }
    nodes = _json(texts.get("prompt", ""))
    workflow = _json(texts.get("workflow", ""))
    if _looks_like_comfyui(nodes) or (isinstance(workflow, dict) and "nodes" in workflow):
        return {
            "tool": "ComfyUI",
            "model": _comfyui_model(nodes),
            "prompt": _joined(list(_comfyui_prompts(nodes))),
        }
    invoke = _json(texts.get("invokeai_metadata", ""))
    if isinstance(invoke, dict):
        return {
            "tool": "InvokeAI",
            "model": _invokeai_model(invoke),
            "prompt": _joined([str(invoke.get("positive_prompt") or "")]),
        }
    if _MIDJOURNEY_JOB.search(texts.get("Description", "")[:20_000]):
        return {"tool": "Midjourney", "prompt": _joined([texts["Description"]])}
    return None


def _looks_like_comfyui(nodes: Any) -> bool:
    """Tell whether parsed JSON is a ComfyUI prompt: nodes with a class and inputs."""
    return isinstance(nodes, dict) and any(
        isinstance(node, dict) and "class_type" in node for node in nodes.values()
    )


def _inputs(nodes: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield class and inputs of the nodes of a ComfyUI prompt."""
    for node in list(nodes.values())[:2000] if isinstance(nodes, dict) else ():
        if isinstance(node, dict) and isinstance(node.get("inputs"), dict):
            yield str(node.get("class_type", "")), node["inputs"]


def _comfyui_model(nodes: Any) -> str | None:
    """Return the first checkpoint or diffusion model that a node loads."""
    for key in _MODEL_KEYS:
        for kind, inputs in _inputs(nodes):
            name = inputs.get(key)
            if isinstance(name, str) and "load" in kind.lower() and "upscale" not in kind.lower():
                return _short(name)
    return None


def _comfyui_prompts(nodes: Any) -> Iterator[str]:
    """Yield the texts that nodes encode."""
    for kind, inputs in _inputs(nodes):
        for key in ("text", "t5xxl", "prompt"):
            if "TextEncode" in kind and isinstance(inputs.get(key), str):
                yield inputs[key]


def _invokeai_model(metadata: Any) -> str | None:
    """Return the model of InvokeAI's metadata: ``name`` since version 4, ``model_name`` before."""
    model = metadata.get("model") if isinstance(metadata, dict) else None
    if isinstance(model, dict):
        return _short(model.get("name") or model.get("model_name"))
    return _short(model) if isinstance(model, str) else None


def _named_in_software(found: Metadata) -> dict[str, Any] | None:
    """Recognise a generator by the name of the software that wrote the file."""
    names = [
        found.texts.get("Software", ""),
        found.texts.get("Source", ""),
        found.exif.text("software").decode("utf-8", "replace"),
        found.creator_tool or "",
    ]
    for name in names:
        match = _TOOLS.search(name[:500])
        if match:
            return {"tool": clean(match.group(1), 60), "settings": {"software": clean(name, 200)}}
    return None
