"""Finds the packages for `pip install .`; all else stands in pyproject.toml.

The folder templates/ stands at the top, where designers and editors look for it. Installed, it is
`briefs/templates`. pyproject.toml can find packages or place one elsewhere, not both.
"""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["briefs*"]), "briefs.templates"],
    package_dir={"briefs.templates": "templates"},
)
