from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tuttava.web"
    label = "web"
    verbose_name = "Web"
