"""The parts of the window: widgets that know Qt and the plain data of `fpinspect.gui.viewdata`."""
