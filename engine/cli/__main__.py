"""``python -m nosograph.engine.cli``."""

from nosograph.engine.cli.main import main

if __name__ == "__main__":
    main()
