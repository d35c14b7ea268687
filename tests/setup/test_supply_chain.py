"""tools/supply_chain.py, as far as it can be tried without a network."""

from tools import supply_chain


def test_an_advisory_and_a_package_that_nobody_knows_are_findings():
    report = {
        "dependencies": [
            {"name": "sound", "version": "1", "vulns": []},
            {
                "name": "bad",
                "version": "2",
                "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"], "aliases": [], "description": ""}],
            },
            {"name": "worse", "version": "3", "vulns": [{"id": "PYSEC-2", "fix_versions": [], "aliases": []}]},
            {"name": "own", "skip_reason": "Dependency not found on PyPI"},
        ],
        "fixes": [],
    }
    assert list(supply_chain.findings(report)) == [
        "bad 2: PYSEC-1, mended in 2.1",
        "worse 3: PYSEC-2, mended in no version",
        "own: nobody could be asked: Dependency not found on PyPI",
    ]


def test_the_locks_that_it_reads_are_there():
    assert all((supply_chain.LOCKS / name).exists() for name in ("run.txt", "test.txt", "release.txt"))
