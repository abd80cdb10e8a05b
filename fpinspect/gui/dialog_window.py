"""The part of the window that asks: file dialogs, bookmarks, sheets. None holds it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QUrl, Signal, SignalInstance, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMainWindow

from fpinspect.bootstrap import state_dir
from fpinspect.gui.actions import shortcut_rows
from fpinspect.gui.queue_item import Mark
from fpinspect.gui.translation import translate, translated
from fpinspect.gui.views.case_dialog import FILTER, CaseDialog
from fpinspect.gui.views.dialogs import BookmarkDialog, FactsDialog, Sheet, file_dialog
from fpinspect.gui.views.merge_dialog import MergeDialog
from fpinspect.gui.views.moved_dialog import MovedDialog
from fpinspect.gui.views.report_dialog import ReportDialog
from fpinspect.gui.views.settings_dialog import SettingsDialog
from fpinspect.gui.words import about_rows

DIALOGS = ("shortcuts", "logs", "about")


class DialogWindow(QMainWindow):
    """Opens dialogs and says by signals what was chosen."""

    files_chosen = Signal(object)
    """Paths from a file dialog."""
    save_chosen = Signal(str)
    """Path for the results."""
    case_chosen = Signal(str)
    """File of a case to be opened."""
    case_wanted = Signal(object)
    """Facts and ``path`` of a case to be made."""
    merge_chosen = Signal(str)
    """File of a case to be taken over."""
    search_chosen = Signal(str)
    """Folder where moved files are looked for."""

    def ask_files(self, folder: str) -> None:
        """Ask for images; `files_chosen` follows."""
        dialog = file_dialog(self, translate("Window", "Open images"), folder)
        dialog.filesSelected.connect(self._on_files_selected)

    def ask_folder(self, folder: str) -> None:
        """Ask for a folder; `files_chosen` follows."""
        dialog = file_dialog(self, translate("Window", "Open folder"), folder, folders=True)
        dialog.filesSelected.connect(self._on_files_selected)

    def ask_save(self, folder: str) -> None:
        """Ask where the results go; `save_chosen` follows."""
        filters = (
            translate("Window", "JSON lines (*.jsonl)"),
            translate("Window", "Table (*.csv)"),
        )
        dialog = file_dialog(self, translate("Window", "Save results"), folder, save_as=filters)
        dialog.fileSelected.connect(self.save_chosen)

    def ask_case(self, folder: str) -> None:
        """Ask for a case; `case_chosen` follows."""
        self._ask_case_file(translate("Window", "Open case"), folder, self.case_chosen)

    def ask_other_case(self, folder: str) -> None:
        """Ask for a case to be taken over; `merge_chosen` follows."""
        self._ask_case_file(translate("Window", "Merge case"), folder, self.merge_chosen)

    def ask_search_folder(self, folder: str) -> None:
        """Ask where moved files may be; `search_chosen` follows."""
        title = translate("Window", "Find moved files")
        dialog = file_dialog(self, title, folder, folders=True)
        dialog.fileSelected.connect(self.search_chosen)

    def ask_moved(self, folder: str) -> MovedDialog:
        """Show a search for moved files; the dialog's `confirmed` follows."""
        dialog = MovedDialog(folder, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def _ask_case_file(self, title: str, folder: str, chosen: SignalInstance) -> None:
        dialog = file_dialog(self, title, folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(translated("Case", FILTER))
        dialog.fileSelected.connect(chosen)

    def ask_merge(self, case: str, other: str) -> MergeDialog:
        """Say what a merge does; the dialog's `confirmed` follows."""
        dialog = MergeDialog(case, other, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def ask_new_case(self, folder: str, examiner: str, laboratory: str) -> None:
        """Ask what a new case is about; `case_wanted` follows."""
        dialog = CaseDialog(folder, examiner, laboratory, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self.case_wanted)
        dialog.open()

    def ask_report(
        self,
        counts: Mapping[str, int],
        facts: Mapping[str, str],
        folder: str,
        *,
        fixed_facts: bool,
    ) -> ReportDialog:
        """Ask for a report; the dialog's `requested` follows."""
        dialog = ReportDialog(counts, facts, folder, fixed_facts=fixed_facts, parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def ask_settings(
        self, values: Mapping[str, object], languages: Sequence[str]
    ) -> SettingsDialog:
        """Ask for settings; the dialog's `chosen` follows."""
        dialog = SettingsDialog(values, languages, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def ask_bookmark(self, mark: Mark, note: str, count: int) -> BookmarkDialog:
        """Ask for status and note; the dialog's `chosen` follows."""
        dialog = BookmarkDialog(mark, note, count, self)
        dialog.open()
        return dialog

    @Slot(list)
    def _on_files_selected(self, paths: list[str]) -> None:
        # Not signal to signal: Qt's list of strings is no Python object.
        self.files_chosen.emit(list(paths))

    def show_dialog(self, name: str) -> None:
        """Open one of `DIALOGS`."""
        if name == "shortcuts":
            Sheet(shortcut_rows(), self).show()
        elif name == "about":
            FactsDialog("fpinspect", about_rows(), self).open()
        else:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(state_dir())))
