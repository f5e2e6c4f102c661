"""What rooms above hear of."""

from django.dispatch import Signal

#: Lines went: ``segment``, ``contacts`` (ids). Campaigns and tasks follow (S-26).
lines_removed = Signal()
#: A segment was logged, in the same transaction: ``segment``, ``logged``, ``entries``.
segment_logged = Signal()
#: Values of many lines of ``segment`` changed at once: campaigns look at all of them (K-13).
lines_changed = Signal()
#: Logged segments are canceled, or not any more: ``logged`` (rows), ``canceled``. Campaign entries follow (S-80).
logged_toggled = Signal()
#: Canceled logged segments go: ``entry_nos``; campaign entries forget them (S-82).
logged_deleting = Signal()
