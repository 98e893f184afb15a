"""``python -m dti_research.cli``: the commands where `dti` itself is not installed."""

from dti_research.cli import main

if __name__ == "__main__":
    main()
