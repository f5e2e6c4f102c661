"""WSGI entry point for a server process."""

import os

from django.core.wsgi import get_wsgi_application

from tuttava.config.lifetime import begin_serving, heed_signals, spare_collector, watch_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuttava.config.settings")
application = get_wsgi_application()
heed_signals()
watch_parent()
spare_collector()
begin_serving()
