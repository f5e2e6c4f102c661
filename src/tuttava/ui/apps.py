from django.apps import AppConfig


class InterfaceConfig(AppConfig):
    name = "tuttava.ui"
    label = "ui"
    verbose_name = "Interface"
