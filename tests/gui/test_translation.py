"""The window's words can all be translated: found by lupdate, said through Qt, at use."""

import ast
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QMenu, QTabBar, QWidget

import fpinspect.gui
from fpinspect.gui import catalogue, translation
from fpinspect.gui.translation import translate

GUI = Path(fpinspect.gui.__file__).parent
FILES = sorted(file for file in GUI.rglob("*.py") if file.name != "translation.py")
SAYING = {"translate", "marked"}
NAMES = {
    *("Hann", "Hamming", "Blackman", "Magma", "Viridis", "magma", "viridis"),
    *("Stable Diffusion 1.x", "Stable Diffusion 2.1", "Stable Diffusion XL", "FLUX.1"),
    *("SD 1.x", "SD 2.1", "BigGAN", "StyleGAN2", "CycleGAN", "WebP", "JPEG XL", "CFG scale"),
    *("fpinspect", "Python", "Qt", "Esc", "Del", "Context", "ServerSpec", "PySide6.QtCore"),
    *("bottom", "left", "to be checked", "relevant", "cleared"),
    *("Fusion", "Helvetica", "Sans Serif", "DejaVu Sans", "DejaVu Serif", "Noto Sans"),
    *("Ubuntu", "Inter", "Cantarell", "Cambria Math", "STIX Two Math"),
}
"""Proper names, and what no user reads."""
NO_WORDS = re.compile(
    r"^(Ctrl|Shift|Alt|F\d)|^Q\w+(::\w+)? \{|^(File|Edit|View|Lab)(/\w+)?$|^SC_PAGE_SIZE$"
    r"|^QT_TRANSLATE_NOOP|^ — fpinspect$|^Pasted \.png$|^fx , fy $"
)
"""Keys, style sheets, paths of menus, marks of positions."""
NO_TEXTS = {"setObjectName", "setStyleSheet", "setProperty", "getLogger"}
SETTERS = re.compile(
    r"^(set(Text|ToolTip|StatusTip|WindowTitle|PlaceholderText|AccessibleName|Title|Label)"
    r"|addAction|addMenu|addItem|addTab|addRow|say|QLabel|QAction|QPushButton|QRadioButton"
    r"|QCheckBox|plain_label|SectionHead|EngineError)$"
)
TABLES = {"action_table.py", "catalogue.py"}
"""Texts in tables reach the catalogue otherwise; the others speak of catalogues."""


class Found(ast.NodeVisitor):
    """Texts said, texts that escape, and calls that cannot work, of one file."""

    def __init__(self) -> None:
        self.said: set[tuple[str, str]] = set()
        self.bare: list[str] = []
        self.wrong: list[str] = []
        self._above: list[ast.AST] = []

    def visit(self, node: ast.AST) -> None:
        self._above.append(node)
        match node:
            case ast.Call():
                self._call(node)
            case ast.JoinedStr():
                parts = (p.value for p in node.values if isinstance(p, ast.Constant))
                self._text("".join(parts), node)
            case ast.Constant(value=str(text)):
                if not isinstance(self._above[-2], ast.JoinedStr):
                    self._text(text, node)
        super().generic_visit(node)
        self._above.pop()

    def _call(self, node: ast.Call) -> None:
        name = _called(node)
        if name in SAYING and isinstance(node.func, ast.Name):
            words = [a.value for a in node.args[:2] if isinstance(a, ast.Constant)]
            if len(words) < 2 or node.keywords:
                self.wrong.append(f"{node.lineno}: literal texts, all arguments by position")
            else:
                self.said.add((words[0], words[1]))
        if name in {"translate", "translated"} and not self._at_use(node):
            self.wrong.append(f"{node.lineno}: said when the module is read")
        if name in SAYING and any(isinstance(above, ast.JoinedStr) for above in self._above):
            self.wrong.append(f"{node.lineno}: lupdate does not look into f-strings")

    def _at_use(self, node: ast.AST) -> bool:
        for above, below in zip(self._above, [*self._above[1:], node], strict=True):
            if isinstance(above, ast.FunctionDef) and below in above.body:
                return True
            if isinstance(above, ast.Lambda) and below is above.body:
                return True
        return False

    def _text(self, text: str, node: ast.AST) -> None:
        if _reads(text) and not self._excused():
            self.bare.append(f"{getattr(node, 'lineno', 0)}: {text!r}")
        elif re.search("[a-z]{3}", text) and self._is_shown() and not _known(text):
            self.bare.append(f"{getattr(node, 'lineno', 0)}: {text!r} is shown")

    def _is_shown(self) -> bool:
        call, argument = self._above[-2], self._above[-1]
        if not isinstance(call, ast.Call) or argument not in call.args[:1]:
            return False
        return bool(SETTERS.match(_called(call)))

    def _excused(self) -> bool:
        for above in self._above:
            match above:
                case ast.Expr(value=ast.Constant()) | ast.Compare() | ast.arg():
                    return True
                case ast.Call() if _called(above) in SAYING | NO_TEXTS | {"translated"}:
                    return True
                case ast.Call(func=ast.Attribute(value=ast.Name(id="_log"))):
                    return True
                case ast.Raise(exc=ast.Call() as raised) if _called(raised) != "EngineError":
                    return True
                case ast.Assign(targets=[ast.Name(id="__all__")]):
                    return True
                case ast.ClassDef(bases=bases) if any("Enum" in ast.unparse(b) for b in bases):
                    return True
                case ast.AnnAssign(annotation=annotation) if self._above[-1] in ast.walk(
                    annotation
                ):
                    return True
        return False


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _known(text: str) -> bool:
    return text in NAMES or bool(NO_WORDS.search(text))


def _reads(text: str) -> bool:
    """Tell whether a text is words: several, or one with a capital letter."""
    if _known(text) or not re.search("[A-Za-z][a-z]", text):
        return False
    return bool(re.search(r"[a-z]{2}\S* \S|\S \S*[a-z]{3}|^[A-Z][a-z]", text))


def _of(file: Path) -> Found:
    found = Found()
    found.visit(ast.parse(file.read_text("utf-8")))
    return found


def _in_catalogue(file: Path) -> set[tuple[str, str]]:
    root = ET.parse(file).getroot()
    return {
        (context.findtext("name") or "", message.findtext("source") or "")
        for context in root.iter("context")
        for message in context.iter("message")
    }


def test_no_text_of_the_window_escapes():
    found = {file.relative_to(GUI).as_posix(): _of(file) for file in FILES}
    assert {name: one.wrong for name, one in found.items() if one.wrong} == {}
    bare = {name: one.bare for name, one in found.items() if Path(name).name not in TABLES}
    assert {name: texts for name, texts in bare.items() if texts} == {}


def test_the_check_finds_what_escapes():
    found = Found()
    found.visit(
        ast.parse(
            'x.setText("stored")\nsay(f"Saved {name}")\nA = "Two words"\nB = translate("C", "d")\n'
            'def f():\n    return translate("C", f"{x}"), translate("C", "fine"), "utf-8"\n'
        )
    )
    assert [text.split(":")[0] for text in found.bare] == ["1", "2", "3"]
    assert [text.split(":")[0] for text in found.wrong] == ["4", "6"]
    assert ("C", "fine") in found.said


def test_the_template_has_every_text():
    """`python -m fpinspect.gui.catalogue` writes it."""
    said = {text for file in FILES for text in _of(file).said} | set(catalogue.table_texts())
    assert _in_catalogue(translation.folder() / catalogue.TEMPLATE) == said


@pytest.fixture
def lupdate():
    if catalogue.tool("lupdate") is None or catalogue.tool("lrelease") is None:
        pytest.skip("pyside6-lupdate and pyside6-lrelease are not installed")


@pytest.mark.usefixtures("lupdate")
def test_lupdate_finds_the_same_texts(tmp_path):
    made = tmp_path / "made.ts"
    try:
        catalogue.write_template(made)
    except RuntimeError as error:
        pytest.skip(f"lupdate cannot be run here: {error}")
    kept = translation.folder() / catalogue.TEMPLATE
    assert _in_catalogue(made) == _in_catalogue(kept)
    assert made.read_text().count("numerus=") == kept.read_text().count("numerus=") > 20


class Marking(QTranslator):
    """Puts every text between brackets."""

    def isEmpty(self):
        return False

    def translate(self, context, text, about=None, n=-1):
        return f"⟦{text}⟧"


@pytest.fixture
def brackets(qapp):
    translator = Marking(qapp)
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def _shown(window: QWidget) -> list[str]:
    texts = [window.windowTitle()]
    for part in window.findChildren(QWidget):
        texts += [part.toolTip(), part.accessibleName()]
        match part:
            case QLineEdit():
                texts.append(part.placeholderText())
            case QLabel() | QAbstractButton():
                texts.append(part.text())
            case QMenu():
                texts.append(part.title())
            case QTabBar():
                texts += [part.tabText(tab) for tab in range(part.count())]
    for action in window.findChildren(QAction):
        texts += [action.text(), action.toolTip(), action.statusTip()]
    return [text for text in texts if re.search("[a-z]{3}", text)]


def test_the_whole_window_speaks_another_language(make_window, qtbot, images, brackets):
    parts = make_window()
    parts.controller.start([str(images)])
    qtbot.waitUntil(lambda: any(item.state == "done" for item in parts.model.items), timeout=20_000)
    qtbot.wait(200)
    parts.window.panes.complete()
    plain = {text for text in _shown(parts.window) if "⟦" not in text}
    data = {"fpinspect", "qt_toolbar_ext_button", "wavelet", "Hann", "Hamming", "Blackman"}
    data |= {"Magma", "Viridis", "nlm", "0123456789abcdef", "images — fpinspect"}
    data |= {item.name for item in parts.model.items}
    assert {text for text in plain - data if not text.startswith(str(images))} == set()
    assert len(_shown(parts.window)) > 300


def test_menus_keep_their_keys_in_any_language(make_window, brackets):
    window = make_window().window
    assert window.actions_.menus["File"].title() == "&⟦File⟧"
    assert window.actions_["open"].shortcut().toString() == "Ctrl+O"


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "0 files are no images"),
        (1, "1 file is no image"),
        (2, "2 files are no images"),
        (12345, "12,345 files are no images"),
    ],
)
def test_english_has_its_plurals_without_a_catalogue(n, words):
    assert translate("Queue", "%n file(s) (is no image|are no images)", "", n) == words


@pytest.mark.usefixtures("lupdate")
def test_a_language_is_compiled_and_spoken(qapp, tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "folder", lambda: tmp_path)
    monkeypatch.setattr(translation, "folder", lambda: tmp_path)
    catalogue.main(["de"])
    file = tmp_path / "fpinspect_de.ts"
    tree = ET.parse(file)
    for message in tree.getroot().iter("message"):
        if message.findtext("source") == "%n image(s) added":
            target = message.find("translation")
            del target.attrib["type"]
            for form, words in zip(target, ("%n Bild dazu", "%n Bilder dazu"), strict=True):
                form.text = words
    tree.write(file, encoding="utf-8", xml_declaration=True)
    catalogue.main([])
    assert translation.languages() == ("en", "de")
    assert translation.install("de", qapp) == ""
    try:
        said = [translate("Queue", "%n image(s) added", "", n) for n in (1, 2, 3000)]
        assert said == ["1 Bild dazu", "2 Bilder dazu", "3,000 Bilder dazu"]
        assert translate("Queue", "Paused") == "Paused"
    finally:
        for translator in qapp.findChildren(QTranslator):
            QCoreApplication.removeTranslator(translator)


def test_a_language_that_is_not_there_is_told(qapp):
    assert translation.install("en", qapp) == ""
    assert "'xx'" in translation.install("xx", qapp)
    assert "'../x'" in translation.install("../x", qapp)
