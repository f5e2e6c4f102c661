from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "tuttava.contacts"
    label = "contacts"
    verbose_name = "Contacts"
