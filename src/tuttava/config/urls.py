"""Root URLs: the assembled product mounts itself."""

from django.urls import include, path

urlpatterns = [path("", include("tuttava.web.urls"))]
