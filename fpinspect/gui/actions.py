"""Every action of the window: its words, keys, icon and place in the menus, in one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from fpinspect.gui.icons import icon

_BUTTONS = {"open_folder": "Folder", "report": "Report"}
"""Words of the tool bar where they are shorter than in the menu."""
MENUS = ("File", "Edit", "View", "Fingerprints", "Lab", "Report", "Help")


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action.

    Attributes
    ----------
    name : str
        Stable; handlers are found by it.
    text : str
        Words of the menu, with an ellipsis where more is asked.
    keys : str
        Shortcut, in Qt's portable words; several are parted by a space.
    menu : str
        ``View`` or ``View/Rows``.
    tip : str
        What it means, for tooltip, status bar and shortcut sheet.
    icon : str
        Name of the icon.
    checkable : bool
        Stays on until it is called again.
    group : str
        At most one of a group is on; one always is, unless it ends with ``?``.
    """

    name: str
    text: str
    keys: str
    menu: str
    tip: str
    icon: str = ""
    checkable: bool = False
    group: str = ""


def _radio(group: str, menu: str, *rows: tuple[str, str, str, str]) -> list[ActionSpec]:
    return [
        ActionSpec(f"{group}_{name}", text, keys, menu, tip, checkable=True, group=group)
        for name, text, keys, tip in rows
    ]


def _plain(menu: str, *rows: tuple[str, ...]) -> list[ActionSpec]:
    return [ActionSpec(name, text, keys, menu, tip, *rest) for name, text, keys, tip, *rest in rows]


def _toggle(menu: str, *rows: tuple[str, ...]) -> list[ActionSpec]:
    return [
        ActionSpec(
            name,
            text,
            keys,
            menu,
            tip,
            icon=rest[0] if rest else "",
            checkable=True,
            group=rest[1] if len(rest) > 1 else "",
        )
        for name, text, keys, tip, *rest in rows
    ]


def _separator(menu: str) -> list[ActionSpec]:
    return [ActionSpec("", "", "", menu, "")]


SPECS: tuple[ActionSpec, ...] = (
    *_plain(
        "File",
        ("open", "Open…", "Ctrl+O", "Add images to the queue", "open"),
        ("open_folder", "Open folder…", "Ctrl+Shift+O", "Add all images of a folder", "folder"),
        ("paste", "Paste", "Ctrl+V", "Add the image or the files on the clipboard", "paste"),
        ("demo", "Try the demo", "Ctrl+D", "Load the bundled exhibits and inspect them"),
    ),
    *_separator("File"),
    *_plain("File", ("quit", "Quit", "Ctrl+Q", "Close the window and stop all work")),
    *_plain(
        "Edit",
        ("undo", "Undo", "Ctrl+Z", "Take the last removal back", "undo"),
        ("redo", "Redo", "Ctrl+Shift+Z", "Remove again"),
    ),
    *_separator("Edit"),
    *_plain(
        "Edit",
        ("find", "Filter the queue", "Ctrl+F", "Go to the filter", "search"),
        ("select_all", "Select all", "Ctrl+A", "Select every image that the filter shows"),
        ("next", "Next image", "J", "Select the next image of the queue"),
        ("previous", "Previous image", "K", "Select the previous image of the queue"),
    ),
    *_separator("Edit"),
    *_plain(
        "Edit",
        ("reinspect", "Inspect again", "F5", "Inspect the selected images anew", "refresh"),
        ("bookmark", "Bookmark…", "Ctrl+B", "Give images a status and a note", "bookmark"),
        ("copy_hash", "Copy SHA-256", "Ctrl+Shift+C", "Copy the selected images' hashes", "copy"),
        ("copy_path", "Copy path", "Ctrl+Alt+C", "Copy the paths of the selected images"),
        ("reveal", "Show in folder", "Ctrl+Return", "Open the folder that holds it", "reveal"),
        ("remove", "Remove from queue", "Del", "Take images off; files stay", "remove"),
    ),
    *_separator("Edit"),
    *_toggle("Edit", ("pause", "Pause", "Ctrl+Alt+P", "Begin no further image", "pause")),
    *_plain(
        "Edit",
        ("cancel", "Cancel", "Ctrl+.", "Stop the queue now; what is done is kept", "cancel"),
    ),
    *_toggle(
        "View",
        ("pane_queue", "Queue", "F7", "Show or hide the queue", "queue"),
        ("pane_plots", "Plots", "F8", "Show or hide the plots", "pane-bottom"),
        ("pane_verdict", "Verdict", "F9", "Show or hide the verdict", "pane-right"),
    ),
    *_plain("View", ("reset_layout", "Reset layout", "Ctrl+0", "All panes at their first sizes")),
    *_separator("View"),
    *_toggle(
        "View",
        (
            "blink",
            "Blink",
            "B",
            "Image and reference in turn, every 500 ms; Space holds",
            "blink",
            "mode?",
        ),
        ("split", "Split", "S", "Image left, reference right of a line", "split", "mode?"),
        (
            "difference",
            "Difference",
            "D",
            "Image minus reference, in dB",
            "difference",
            "mode?",
        ),
    ),
    *_toggle("View", ("region", "Region", "R", "Measure a rectangle of the image", "region")),
    *_plain(
        "View",
        ("fit", "Fit", "0", "All of the image", "fit"),
        ("one_to_one", "1 : 1", "Z", "One pixel of the image on one of the screen"),
        ("back", "Back to grid", "Esc", "Leave the enlarged panel", "grid"),
    ),
    *_separator("View"),
    *_toggle(
        "View/Rows",
        ("row_image", "Image", "1", "Row of the image, or of what an entry was made of"),
        ("row_residual", "Residual", "2", "Row of the noise residuals"),
        ("row_magnitude", "Log-magnitude", "3", "Row of the magnitude spectra"),
        ("row_phase", "Phase", "4", "Row of the phase spectra"),
    ),
    *_plain(
        "View/Plots",
        ("tab_1", "Radial", "Alt+1", "Level by spatial frequency"),
        ("tab_2", "Autocorrelation", "Alt+2", "What repeats, and at which distance"),
        ("tab_3", "8 × 8", "Alt+3", "Mean residual folded to 8 by 8 pixels"),
        ("tab_4", "Contributions", "Alt+4", "What the likelihood ratio rests on"),
        ("tab_5", "Metadata", "Alt+5", "What the file says about itself"),
    ),
    *_toggle(
        "View",
        ("peaks", "Marked peaks", "Shift+P", "Rings round frequencies that stand out", "peaks"),
        ("peak_labels", "Peak labels", "P", "Frequencies beside the rings"),
        ("tiles", "Heat map", "H", "log10 LR of each tile over the image"),
        ("denoised_picture", "Denoised image", "I", "The denoised version in the image row"),
    ),
    *_separator("View"),
    *_radio(
        "theme",
        "View/Theme",
        ("system", "Like the system", "Ctrl+Alt+S", "Dark or light, as the system says"),
        ("dark", "Dark", "Ctrl+Alt+D", "For a darkened room"),
        ("light", "Light", "Ctrl+Alt+L", "For a bright room"),
    ),
    *_toggle("View", ("full_screen", "Full screen", "F11", "The window alone")),
    *_plain("View", ("next_pane", "Next pane", "F6", "Queue, grid, plots, verdict in turn")),
    *_radio(
        "of",
        "Fingerprints",
        ("residual", "Spectra of the residual", "Ctrl+1", "What the denoiser takes away"),
        ("denoised", "Spectra of the denoised image", "Ctrl+2", "What the denoiser leaves"),
        ("image", "Spectra of the image", "Ctrl+3", "Nothing is taken away"),
    ),
    *_separator("Fingerprints"),
    *_toggle(
        "Fingerprints",
        ("folded", "Folded on the lattice", "F", "Fold on the entry's lattice, after the shift"),
        ("against_real", "Minus real", "M", "Subtract the magnitude of real photographs"),
        ("remove_axes", "Without axes", "A", "Leave out DC and the axes, where scenes sit"),
    ),
    *_separator("Fingerprints"),
    *_plain(
        "Fingerprints",
        ("pin", "Pin as reference", "Ctrl+P", "Show the selected images beside others", "pin"),
        ("unpin", "Unpin all", "Ctrl+Shift+P", "Take pinned images away again"),
        ("average", "Average selected", "Ctrl+M", "Mean residual and spectra", "average"),
        ("cancel_average", "Stop averaging", "Ctrl+Shift+M", "Give the average up"),
        ("add_reference", "Add reference", "+", "One more column"),
        ("drop_reference", "Drop reference", "-", "One column less"),
        ("default_references", "Best match and real", "Ctrl+Backspace", "The first references"),
    ),
    *_radio(
        "scale",
        "Lab/Scale",
        ("log", "Logarithmic", "Ctrl+4", "Decibels over the median"),
        ("linear", "Linear", "Ctrl+5", "Magnitude"),
        ("power", "Power", "Ctrl+6", "Magnitude squared"),
    ),
    *_radio(
        "estimate",
        "Lab/Estimate",
        ("tiles", "Mean of tiles", "Ctrl+7", "Mean of 128-px tiles (Welch): less noise"),
        ("whole", "Whole image", "Ctrl+8", "One transform of all pixels: finer"),
    ),
    *_radio(
        "window",
        "Lab/Window",
        ("Hann", "Hann", "Ctrl+Shift+1", "Small leakage, the bank's own"),
        ("Hamming", "Hamming", "Ctrl+Shift+2", "Narrower peaks"),
        ("Blackman", "Blackman", "Ctrl+Shift+3", "Least leakage, wider peaks"),
        ("none", "None", "Ctrl+Shift+4", "Narrowest peaks, the edges leak along the axes"),
    ),
    *_radio(
        "levels",
        "Lab/Levels",
        ("linked", "Linked", "L", "One range for all panels of a row"),
        ("free", "Free", "Shift+L", "A range for each panel"),
    ),
    *_toggle(
        "Lab/Levels",
        ("percentile", "Clip at 1 %", "Ctrl+Shift+7", "Range from 1st to 99th percentile"),
    ),
    *_radio(
        "map",
        "Lab/Colours",
        ("magma", "Magma", "Ctrl+Shift+5", "Black to yellow"),
        ("viridis", "Viridis", "Ctrl+Shift+6", "Violet to yellow"),
    ),
    *_separator("Lab"),
    *_plain("Lab", ("restart_engine", "Restart engine", "Ctrl+Alt+E", "End and begin it anew")),
    *_plain(
        "Report",
        ("report", "Save results…", "Ctrl+S", "Save every result: JSON lines or CSV", "report"),
        ("copy_verdict", "Copy verdict", "Ctrl+Alt+V", "Copy sentence, numbers and hash", "copy"),
        ("copy_record", "Copy JSON line", "Ctrl+Alt+J", "Copy the engine's own words"),
    ),
    *_plain(
        "Help",
        ("shortcuts", "Shortcuts", "F1", "All keys on one sheet", "help"),
        ("methods", "Method cards", "Shift+F1", "What each view shows, and how it misleads"),
        ("logs", "Log folder", "Ctrl+Alt+G", "Open the folder of logs and crash reports"),
        ("about", "About fpinspect", "Ctrl+F1", "Version, bank, engine"),
    ),
)


class Actions(QObject):
    """The window's actions, made from `SPECS`.

    Parameters
    ----------
    window : QWidget
        Gets the actions, so that their keys work everywhere in it.
    """

    triggered = Signal(str, bool)
    """Name of an action, and whether it is on."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._icons: dict[str, str] = {}
        self._groups: dict[str, QActionGroup] = {}
        self.menus: dict[str, QMenu] = {}
        for spec in SPECS:
            if spec.name:
                self._make(spec, window)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __contains__(self, name: str) -> bool:
        return name in self._actions

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def fill(self, bar: QMenuBar) -> None:
        """Put all actions into the menus of a bar."""
        for title in MENUS:
            self._menu(bar, title)
        for spec in SPECS:
            menu = self._menu(bar, spec.menu)
            if spec.name:
                menu.addAction(self._actions[spec.name])
            else:
                menu.addSeparator()

    def set_on(self, name: str, on: bool = True) -> None:
        """Turn an action on or off without telling of it."""
        action = self._actions[name]
        blocked = action.blockSignals(True)
        action.setChecked(on)
        action.blockSignals(blocked)
        # Buttons listen to `changed`, which was held back as well.
        action.changed.emit()

    def enable(self, on: bool, *names: str) -> None:
        """Say which actions can be used now."""
        for name in names:
            self._actions[name].setEnabled(on)

    def refresh_icons(self) -> None:
        """Draw the icons in the colours of the theme in use."""
        for name, file in self._icons.items():
            self._actions[name].setIcon(icon(file))

    def _make(self, spec: ActionSpec, window: QWidget) -> None:
        action = QAction(spec.text, window)
        action.setObjectName(spec.name)
        # The space widens the gap between icon and words to 8 px.
        action.setIconText(f" {_BUTTONS.get(spec.name, spec.text.removesuffix('…'))}")
        action.setCheckable(spec.checkable)
        keys = [QKeySequence(part) for part in spec.keys.split()]
        action.setShortcuts(keys)
        shown = ", ".join(k.toString(QKeySequence.SequenceFormat.NativeText) for k in keys)
        action.setToolTip(f"{spec.tip} ({shown})")
        action.setStatusTip(spec.tip)
        if spec.icon:
            self._icons[spec.name] = spec.icon
            action.setIcon(icon(spec.icon))
        if spec.group:
            self._group(spec.group).addAction(action)
        action.triggered.connect(self._on_action_triggered)
        window.addAction(action)
        self._actions[spec.name] = action

    def _group(self, name: str) -> QActionGroup:
        if name not in self._groups:
            group = QActionGroup(self)
            if name.endswith("?"):
                group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
            self._groups[name] = group
        return self._groups[name]

    def _menu(self, bar: QMenuBar, path: str) -> QMenu:
        if path not in self.menus:
            above, _, title = path.rpartition("/")
            parent = self._menu(bar, above) if above else bar
            made = parent.addMenu(title if above else f"&{title}")
            made.setToolTipsVisible(False)
            self.menus[path] = made
        return self.menus[path]

    @Slot(bool)
    def _on_action_triggered(self, on: bool) -> None:
        sender = self.sender()
        if sender is not None:
            self.triggered.emit(sender.objectName(), on)


def shortcut_rows() -> list[tuple[str, str, str, str]]:
    """Return menu, words, keys and meaning of every action, for the sheet (F1)."""
    rows = []
    for spec in SPECS:
        if spec.name:
            keys = ", ".join(
                QKeySequence(part).toString(QKeySequence.SequenceFormat.NativeText)
                for part in spec.keys.split()
            )
            rows.append((spec.menu.split("/")[0], spec.text.removesuffix("…"), keys, spec.tip))
    return rows
