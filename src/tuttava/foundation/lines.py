"""Numbers of lines: they leave room between them, so that a line can be put between two others."""

#: From one line to the next where nothing is put between them.
LINE_STEP = 10000
