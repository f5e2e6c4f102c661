from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    name = "tuttava.duplicates"
    label = "duplicates"
    verbose_name = "Duplicates"
