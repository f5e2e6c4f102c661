from django.apps import AppConfig


class MergingConfig(AppConfig):
    name = "tuttava.merging"
    label = "merging"
    verbose_name = "Merging"
