from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "tuttava.foundation.directory"
    label = "directory"
    verbose_name = "Directory"
