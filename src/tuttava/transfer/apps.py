from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "tuttava.transfer"
    label = "transfer"
    verbose_name = "Transfer"

    def ready(self) -> None:
        from tuttava.transfer import running

        assert running
