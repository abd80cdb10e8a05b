"""The window: Qt, models, one controller, and views that know plain data only."""
