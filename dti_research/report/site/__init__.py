"""A site of reports: notebooks are executed (`build`), and each becomes a page (`page`) in each language."""
