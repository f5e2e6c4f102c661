from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "tuttava.partners"
    label = "partners"
    verbose_name = "Partners"
