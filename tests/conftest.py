"""What the tests of all commands share."""

import json
import sys

import pytest


@pytest.fixture
def dti(monkeypatch, capsys):
    """Run one command; returns exit status, standard output and standard error."""
    from dti_research import cli

    monkeypatch.setenv("LC_ALL", "en")  # whatever the system of whoever runs the tests speaks

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["dti", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = capsys.readouterr()
        return stopped.value.code or 0, out, err

    return run


@pytest.fixture
def dti_json(dti):
    def run(*arguments):
        status, out, err = dti(*arguments, "--json")
        assert status == 0, err
        return json.loads(out)

    return run
