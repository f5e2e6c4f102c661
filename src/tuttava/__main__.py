"""``python -m tuttava``."""

from tuttava.cli.main import main

main()
