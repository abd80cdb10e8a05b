"""Every action of the window: name, words, keys, menu, meaning."""

from __future__ import annotations

from dataclasses import dataclass


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
    *_plain(
        "File",
        ("new_case", "New case…", "Ctrl+N", "Keep results and bookmarks in a file from now on"),
        ("open_case", "Open case…", "Ctrl+Alt+O", "Open a case in place of the queue"),
        (
            "merge_case",
            "Merge case…",
            "Ctrl+Alt+M",
            "Take over images, results and bookmarks of another case",
        ),
        (
            "find_moved",
            "Find moved files…",
            "Ctrl+Alt+F",
            "Look for files of the case that were moved or renamed, by their hash",
        ),
        ("close_case", "Close case", "Ctrl+W", "Close the case; what it holds is stored"),
    ),
    *_separator("File"),
    *_plain(
        "File",
        ("settings", "Settings…", "Ctrl+,", "Theme, language, who examines, the key that signs"),
    ),
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
        ("explain", "Explain", "E", "Inspect anew, measure the frequencies that carry the verdict"),
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
    *_toggle(
        "View",
        (
            "region",
            "Region",
            "R",
            "Measure a rectangle: drag it, or arrows, Shift+arrows",
            "region",
        ),
    ),
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
        ("report", "Report…", "Ctrl+R", "Write a report: PDF, HTML, JSON or CSV", "report"),
        ("save_results", "Save results…", "Ctrl+S", "Save every result: JSON lines or CSV"),
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
