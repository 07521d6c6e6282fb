"""The workbench: a page for people."""
