# Thin: dev.py does the work, and runs where there is no make.  make test PY=python3.12 ARGS="-k levels"
PY ?= python3
.PHONY: help setup run test lab refresh bench
.NOTPARALLEL:

help:
	@$(PY) dev.py help

setup run test lab refresh bench:
	@$(PY) dev.py $@ $(ARGS)
