"""Templates of a stranger print what they are given, and do nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from briefs import sandbox
from briefs.problems import Problems
from tests import small

SECRET = "canary-f3a9"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "secret.txt").write_text(SECRET)
    return tmp_path / "templates"


def printed(folder: Path, text: str, **context: Any) -> str:
    (folder / "a.j2").write_text(text)
    edition = small.edition()
    names = {"edition": edition.about, "country": edition.countries["be"], "label": lambda name, **more: f"<{name}>", **context}
    return str(sandbox.Environment(folder).filled("a.j2", lambda found: found.render(names)))


def refused(folder: Path, text: str) -> str:
    with pytest.raises(Problems) as caught:
        printed(folder, text)
    assert len(caught.value.problems) == 1 and len(str(caught.value)) < 600
    return str(caught.value)


WORKS = {
    "{{ edition.title }}": "Small things",
    "{% for f in country.facts %}{{ loop.index }}/{{ loop.length }} {{ f.id }}{{ ', ' if not loop.last }}{% endfor %}": (
        "1/2 be-01, 2/2 be-02"
    ),
    "{{ ['a', 'b'] | join(', ') }}": "a, b",
    "{{ 'a' ~ 1 ~ 'b' }}": "a1b",
    "{{ label('x', country='y') }}": "<x>",
    "{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(1) }}{{ m(2) }}": "[1][2]",
    "{% set ns = namespace(n=0) %}{% for x in range(3) %}{% set ns.n = ns.n + x %}{% endfor %}{{ ns.n }}": "3",
    "{% set x %}a{% endset %}{{ x | upper }}": "A",
    "{{ 'Abc'.upper() }}{{ {'a': 1}.items() | list }}": "ABC[('a', 1)]",
    "{{ 3 * 4 }} {{ 2 ** 8 }} {{ 7 % 4 }}": "12 256 3",
    "{% for x in [[1, [2]], [3]] recursive %}{{ x if x is number else loop(x) }}{% endfor %}": "123",
    "{{ country.facts | map(attribute='id') | join(' ') }}": "be-01 be-02",
}


@pytest.mark.parametrize("text", WORKS, ids=range(len(WORKS)))
def test_what_templates_do(text: str, folder: Path) -> None:
    assert printed(folder, text) == WORKS[text]


ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ label.__globals__ }}",
    "{{ edition.__class__ }}",
    "{{ edition.__init__.__globals__['__builtins__']['open']('/etc/passwd') }}",
    "{{ edition.parse_file('/etc/passwd') }}",
    "{{ edition.parse_raw('cos\\nsystem\\n(Vtouch x\\ntR.', proto='pickle', allow_pickle=True) }}",
    "{{ edition.model_dump_json() }}",
    "{{ edition.copy() }}",
    "{{ edition['model_dump']() }}",
    "{{ country.facts | map('attr', '__class__') | list }}",
    "{{ country.facts | map(attribute='__class__') | first }}",
    "{{ edition | attr('__class__') }}",
    "{{ self._TemplateReference__context }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ lipsum.__globals__.os.popen('id').read() }}",
    "{{ lipsum(n=10**6) }}",
    "{{ joiner }}",
    "{{ '{0.__class__}'.format(edition) }}",
    "{{ '%s' % edition }}",
    "{{ '%999999999d' % 1 }}",
    "{{ 'x' | pprint }}",
    "{{ 'x' | tojson }}",
    "{{ 'x'.encode() }}",
    "{{ 'x'.center(10) }}",
    "{{ [].append(1) }}",
    "{{ ().__class__.__base__ }}",
    "{{ dict.__base__ }}",
    "{{ range.__self__ }}",
    "{{ namespace.__init__ }}",
    "{% include '../secret.txt' %}",
    "{% include '/etc/passwd' %}",
    "{% include '..' ~ '/secret.txt' %}",
    "{% include 'link.j2' %}",
    "{% import 'link.j2' as x %}",
    "{% extends 'link.j2' %}",
    "{% include 'pipe.j2' %}",
    "{% include 'folder' %}",
    "{% include 'latin.j2' %}",
    "{% include 'gone.j2' %}",
    "{% include 'a.j2' %}",
]
ENDLESS = [
    "{% for a in range(10**9) %}{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% for a in range(999) %}{% for b in 'xxxxxxxxxx' %}{% for c in range(999) %}{% endfor %}{% endfor %}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "{{ 'x' * 10**10 }}",
    "{{ ('x' * 9) * 9 }}",
    "{{ 10**9**9 }}",
    "{{ 2 ** 100000 }}",
    "{{ [0] * 10**9 }}",
    "{% set x = 'x' %}" + "{% set x = x ~ x %}" * 60 + "{{ x }}",
    "{% set x = 'x' %}" + "{% set x = x + x %}" * 60 + "{{ x }}",
    "{% set x = 'x' %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 60 + "{{ x }}",
    "{% set x = ['x'] %}" + "{% set x = x + x %}" * 60 + "{{ x }}",
    "{% set x = 'x' %}" + "{% set x = [x, x] | join(x) %}" * 60 + "{{ x }}",
    "{{ 'x' | center(10**10) }}",
    "{{ [1] | batch(10**9, 1) | list }}",
    "{{ [1] | slice(10**9) | list }}",
    "{{ 'x' | indent(10**9) }}",
    "{{ 'x' | replace('x', 'y') }}",
    "{{ 'x' | format }}",
    "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}",
    "{{ " + "[" * 500 + "]" * 500 + " }}",
    "{{ " + "-" * 5000 + "1 }}",
]
FAULTS = [
    "{{ 1 / 0 }}", "{{ edition.nothing }}", "{{ nothing }}", "{% if %}", "{{ label() }}", "{{ 1 + 'x' }}", "{{ {}['x'] }}",
]  # fmt: skip
EVERYTHING = [*ESCAPES, *ENDLESS, *FAULTS]


@pytest.mark.parametrize("text", EVERYTHING, ids=range(len(EVERYTHING)))
def test_what_templates_can_not_do(text: str, folder: Path) -> None:
    (folder / "link.j2").symlink_to(folder.parent / "secret.txt")
    os.mkfifo(folder / "pipe.j2")
    (folder / "folder").mkdir()
    (folder / "latin.j2").write_bytes(b"\xff")
    said = refused(folder, "\n" + text)
    assert ": error: " in said and SECRET not in said and "root:" not in said


def test_an_error_names_its_line(folder: Path) -> None:
    assert refused(folder, "one\ntwo {{ nothing }}").startswith("a.j2:2: error: 'nothing' is undefined")


def test_a_fault_of_a_function_of_ours_is_none_of_the_template(folder: Path) -> None:
    def figure(name: str) -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        printed(folder, "{{ figure('x') }}", figure=figure)


def test_a_lack_of_memory_is_no_fault_of_the_template(folder: Path) -> None:
    with pytest.raises(MemoryError):
        printed(folder, "{{ zeros(size) }}", zeros=bytes, size=1 << 62)


def test_a_template_that_is_too_large(folder: Path) -> None:
    (folder / "a.j2").write_bytes(b" " * (sandbox.MAX_BYTES + 1))
    with pytest.raises(Problems, match="too large"):
        sandbox.Environment(folder).filled("a.j2", lambda found: found.render({}))
