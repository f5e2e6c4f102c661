from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "tuttava.foundation"
    label = "foundation"
    verbose_name = "Foundation"
