"""Merges one edited workbook or CSV file into the content, without writing it.

In: the file, the content folder as it is. Out: `Merge`, as for a Word file. Each field of a row is compared with the hash of the
text that was written into the file, and with today's content. A change that only the file has is taken. If both have changed, it is
a conflict. In the sheet of facts, a row without an id is a new fact. In the sheet of values, a row that the content doesn't have is
a new value. A missing row deletes nothing: a person is asked about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from pathlib import PurePosixPath
from typing import NamedTuple

from briefs.edition import write
from briefs.edition.data import grids
from briefs.edition.model import Edition, Text, place_of
from briefs.problems import Place
from briefs.roundtrip import trial
from briefs.roundtrip.base import Files, edition_of
from briefs.roundtrip.edits import Unmerged
from briefs.roundtrip.merge import Merge
from briefs.roundtrip.newvalues import NewValues, Unplaced
from briefs.tools.pandoc import Pandoc
from briefs.workbook import edited, rows
from briefs.workbook.edited import EditedRow, EditedTable

# A row’s name has two parts. The first is the code of its country. The second is the id of a fact, or the column and period of a
# value; it is empty in the sheet of countries.
Name = tuple[str, str]
_NAMED = 8  # the most values that a report names
_TOLD = 3  # the most cells of a column that a spreadsheet program changed and that are told one by one
_NAMING = {"code", "id", "column", "period"}  # fields of which a row's name is made
_UNWRITTEN = _NAMING | {"country", "unit", "facts", "sources", "file"}
_TEXTS = {"text", "stance_note", "summary", "position", "matters", "next", "ask"}


class _Altered(NamedTuple):
    """A cell that a spreadsheet program changed by itself. `place`: that of the field in the content."""

    row: EditedRow
    original: str
    new: str
    place: Place


def merge(data: bytes, name: str, today: Files, pandoc: Pandoc) -> Merge:
    """Compare the file with what was written into it and with today's content. Raises Problems if the file can't be read as a
    table, or if the content has errors."""
    reader = _RowMerge(edition_of(today), today, pandoc)
    for table in edited.read(name, data):
        reader.table(table)
    kept = trial.kept(today, reader.proposed, pandoc)
    reports = [Unmerged(f"{one.reason}: {why}", one.before, one.after, place=one.place) for one, why in kept.rejected]
    files = {path: new for path, new in kept.files.items() if new != today.get(path)}
    base = "what its rows say of themselves"
    unmerged = (*reader.unmerged, *reports)
    return Merge(PurePosixPath(name).name, base, files, tuple(one.written for one in kept.changes), unmerged, (), 0, frozenset())


class _RowMerge:
    """Turns the rows of a file into changes of the content, and into reports of what is left to a person."""

    def __init__(self, edition: Edition, files: Files, pandoc: Pandoc):
        self.edition, self.files, self.pandoc = edition, files, pandoc
        self.proposed: list[trial.Proposed] = []
        self.unmerged: list[Unmerged] = []
        self._altered: dict[str, list[_Altered]] = {}  # by the heading of their column

    @cached_property
    def _new_values(self) -> NewValues:
        return NewValues(self.edition, self.files)

    def table(self, table: EditedTable) -> None:
        """Compare the rows of a table with today's content. A row is found by its `Name`."""
        codes = list(self.edition.countries)
        is_facts = table.name == "facts"
        content = self._content(table.name, codes)
        names = [column.name for column in content.columns]
        self._headings(table, content.columns)
        written = [dict(zip(names, row, strict=True)) for row in content.rows]
        known = {(fields["code"], _second(table.name, fields)): fields for fields in written}
        seen: set[tuple[str, str]] = set()
        for row in table.rows:
            name = self._name(table.name, row)
            if is_facts and not name[1]:
                self._new(row)
            elif name in seen:
                more = "; to add a fact, leave its `id` empty" if is_facts else ""
                self._report(row, f"there is another row of {_shown(name)}{more}", "", _said(row))
            elif name in known:
                self._known(row, known[name], name)
            else:
                self._unknown(row, name, table.name)
            seen.add(name)
        self._report_altered()
        missing = {name: fields for name, fields in known.items() if name not in seen and name[0] in table.listed}
        if is_facts:
            for name, fields in missing.items():
                self._missing(name, fields["text"], table.listed[name[0]])
        elif table.name == "data":
            for code in dict.fromkeys(code for code, _ in missing):
                self._missing_values(code, {id: fields for (own, id), fields in missing.items() if own == code}, table.listed[code])

    def _headings(self, table: EditedTable, columns: Sequence[rows.FieldColumn]) -> None:
        """Report a column whose heading was changed: a field that may be edited has no column, and there is an unknown one."""
        headings = [name for name in table.headings if name not in {"", rows.WRITTEN}]
        written = {name for row in table.rows for name in row.hashes}
        lacking = [c.name for c in columns if not c.is_locked and c.name in written and c.name not in headings]
        names = {column.name for column in columns}
        for name in (name for name in headings if lacking and name not in names):
            words = "; ".join(filter(None, (row.fields.get(name, "") for row in table.rows)))
            reason = (
                f"the table of {table.name} has no column “{lacking[0]}”, and a column “{name}” that isn’t known: it wasn’t read"
            )
            self.unmerged.append(Unmerged(reason, "", words))

    def _content(self, name: str, codes: Sequence[str]) -> rows.ContentTable:
        """The table of this name (`facts`, `countries` or `data`) as it would be written from today's content."""
        if name == "data":
            return rows.values(self.edition, codes, self.files)
        return rows.facts(self.edition, codes) if name == "facts" else rows.countries(self.edition, codes)

    def _name(self, table: str, row: EditedRow) -> Name:
        """The name that a row was written under, or that a person gave to a new one."""
        is_altered = "period" in row.hashes and row.is_edited("period")
        period = row.before_alteration("period") if is_altered else ""
        return self._code(row), _second(table, {**row.fields, "period": period} if period else row.fields)

    def _code(self, row: EditedRow) -> str:
        """The code of the country that a row was written for. For a new row it is the code in its cell."""
        written = (code for code in self.edition.countries if rows.digest(code) == row.hashes.get("code"))
        return next(written, row.fields.get("code", "").lower())

    # Rows of facts and countries that the content has.

    def _known(self, row: EditedRow, now: Mapping[str, str], name: Name) -> None:
        if not row.hashes and row.fields.get("value") == now.get("value", ""):
            return  # the value is in the content: it was merged before
        if not row.hashes:
            self._report(row, f"the row of {_shown(name)} lacks its last cell, so it isn’t known what was edited", "", _said(row))
            return
        for field in (field for field in now if field in row.hashes):
            if row.is_edited(field) and row.fields[field] != now[field]:
                self._field(row, field, now[field], self._place(name, field))

    def _field(self, row: EditedRow, field: str, now: str, place: Place) -> None:
        """Propose or report the change of a field that differs from what was written into the file, and from today's content."""
        new, is_current = row.fields[field], rows.digest(now) == row.hashes[field]
        report = partial(self._report, row, before=now, after=new, place=place)
        if original := row.before_alteration(field) or (now if is_current and edited.is_shortened(new, now) else ""):
            self._altered.setdefault(field, []).append(_Altered(row, original, new, place))
        elif not is_current:
            report(f"a conflict: `{field}` was changed in the file, and in the content since")
        elif fault := row.uncomputed.get(field):
            report(f"`{field}`: {fault}; write there what it should say")
        elif not new and field not in _UNWRITTEN:
            report(f"`{field}` was emptied; if that is meant, delete it in the content")
        elif field in _UNWRITTEN or not now:
            report(f"`{field}` can’t be written from a spreadsheet: change it in the content")
        elif PurePosixPath(place.path).suffix.lower() in grids.WORKBOOKS:
            cell = f"cell {place.anchor} of {place.path}"
            report(f"it stands in {cell}, and workbooks aren’t written to: write it there, or keep the table as CSV")
        else:
            self._change(write.Reword(place.name, new), (now, new), place, is_text=field in _TEXTS)

    def _report_altered(self) -> None:
        """Report what a spreadsheet program changed by itself, in one report for a column in which it changed much."""
        for field, cells in self._altered.items():
            told = cells if len(cells) <= _TOLD else cells[:1]
            more = f", and altered {len(cells) - 1} more cells of the column “{field}”" if len(cells) > _TOLD else ""
            for row, original, new, place in told:
                reason = f"a spreadsheet program made “{new}” of “{original}”{more}; the content keeps its own"
                self._report(row, reason, original, new, place)
        self._altered.clear()

    def _change(self, change: write.AnyChange, texts: tuple[str, str], place: Place, *, is_text: bool) -> None:
        """Propose a change. `texts`: before and after; `is_text`: whether it is a text in Markdown."""
        before, after = texts
        reason = trial.forbidden(after, Text(before, place), self.pandoc) if is_text else ""
        unmerged = Unmerged("this change would break the content", before, after, place=place)
        if reason:
            self.unmerged.append(Unmerged(f"{unmerged.reason}: {reason}", before, after, place=place))
        else:
            self.proposed.append(trial.Proposed((change,), unmerged))

    def _place(self, name: Name, field: str) -> Place:
        """The place of a field of a fact or a country in the content. The fields of a fact all have the line of its text."""
        code, id = name
        country = self.edition.countries[code]
        if " " in id:
            column, _, period = id.partition(" ")
            return self.edition.data.series(column, code)[period].place
        if id:
            own = next(fact.text.place for fact in country.facts if fact.id == id)
            return Place(own.path, f"{id}/{field}", own.line, own.column)
        value = getattr(country, field, None)
        if isinstance(value, Text):
            return value.place
        own = place_of(value or country.code)
        return Place(own.path, field, own.line, own.column)

    # Rows that are missing in the content, and facts that are missing in the file.

    def _unknown(self, row: EditedRow, name: Name, table: str) -> None:
        is_facts = table == "facts"
        is_renamed = any(map(row.is_edited, _NAMING & {*row.hashes}))
        if not row.hashes and table == "data":
            self._new_value(row)
        elif not row.hashes:
            hint = "to add a fact, leave its `id` empty" if is_facts else "write it there first"
            self._report(row, f"the content has no “{_shown(name)[:40]}”; {hint}", "", _said(row))
        elif any(map(row.is_edited, row.hashes)) and not is_renamed:
            self._report(row, f"{_shown(name)} was edited, and is no longer in the content", "", _said(row))
        elif is_renamed or (name[1] and not is_facts):
            own = "id" if is_facts else "country, column or period"
            why = f"it was taken out of the content, or the row’s {own} was changed"
            self._report(row, f"the content has no {_shown(name)}: {why}", "", _said(row))

    def _new(self, row: EditedRow) -> None:
        """A row without a name: a new fact, after the last one of its topic."""
        own = row.fields
        country = self.edition.countries.get(own.get("code", "").lower())
        sources = tuple(filter(None, (key.strip() for key in own.get("sources", "").split(","))))
        lost = "".join(f"can’t be read: {fault}" for fault in [*row.uncomputed.values()][:1])
        if reason := lost or self._lacking(own, sources):
            self._report(row, f"a new fact {reason}", "", _said(row))
            return
        assert country
        if any(str(fact.text).strip() == own["text"] for fact in country.facts):
            return  # the fact is in the content: it was merged before
        beside = next((fact for fact in reversed(country.facts) if fact.topic == own["topic"]), country.facts[-1])
        more = tuple((key, own[key]) for key in ("date", "due", "priority") if own.get(key))
        after, taken = beside.text.place.name.removesuffix("/text"), tuple(fact.id for fact in country.facts)
        change = write.AddFact(after, own["topic"], own["text"], sources, taken, more)
        self._change(change, ("", own["text"]), beside.text.place, is_text=True)

    def _new_value(self, row: EditedRow) -> None:
        """A row of a value that the content doesn't have."""
        own = {**row.fields, "code": row.fields.get("code", "").lower()}
        try:
            if faults := [*row.uncomputed.values()]:
                raise Unplaced(f"can’t be read: {faults[0]}")
            change = self._new_values.change(own)
        except Unplaced as fault:
            self._report(row, f"a new value {fault}", "", _said(row))
            return
        self._change(change, ("", own["value"]), Place(write.path_of(change)), is_text=False)

    def _lacking(self, own: Mapping[str, str], sources: Sequence[str]) -> str:
        """Why a row can't be a new fact; empty if it can."""
        if empty := [name for name in ("code", "topic", "text", "sources") if not own.get(name)]:
            return f"lacks {', '.join(empty)}"
        code, topics = own["code"].lower(), {topic.id for topic in self.edition.about.topics}
        unknown = [code] if code not in self.edition.countries else []
        unknown += [own["topic"]] if own["topic"] not in topics else []
        unknown += [key for key in sources if key not in self.edition.sources]
        if unknown:
            return f"names what the edition doesn’t have: {', '.join(unknown)[:80]}"
        return "" if self.edition.countries[code].facts else "is the first of its country: write it in the content"

    def _missing(self, name: Name, text: str, written: str) -> None:
        """Ask about a fact that has no row. `written`: the hash of the names of its country's facts, when the file was written."""
        code, id = name
        is_same = rows.digest(rows.names_of("facts", self.edition, code)) == written
        why = "its row was deleted" if is_same else "it has no row: this was deleted, or the fact is newer than the file"
        reason = f"{id} is not in the file, {why}; if that is meant, delete it in the content"
        self.unmerged.append(Unmerged(reason, text, "", place=self._place(name, "text")))

    def _missing_values(self, code: str, missing: Mapping[str, Mapping[str, str]], written: str) -> None:
        """Ask about the values of a country that have no row. `written`: the hash of the names of its values, when the file was
        written."""
        is_same = rows.digest(rows.names_of("data", self.edition, code)) == written
        why = (
            "their rows were deleted" if is_same else "they have no row: these were deleted, or the values are newer than the file"
        )
        named = ", ".join(id.strip() for id in [*missing][:_NAMED])
        named += f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        reason = f"values of {code} are not in the file, {why}; if that is meant, delete them in the content: {named}"
        first, fields = next(iter(missing.items()))
        self.unmerged.append(Unmerged(reason, fields["value"], "", place=self._place((code, first), "value")))

    def _report(self, row: EditedRow, reason: str, before: str, after: str, place: Place | None = None) -> None:
        line = f"row {row.place.line}: " if row.place.line else ""
        self.unmerged.append(Unmerged(f"{line}{reason}", before, after, place=place))


def _second(table: str, fields: Mapping[str, str]) -> str:
    """The second part of a row's name. For a value: its column, a space, and its period, which may be empty."""
    return f"{fields.get('column', '')} {fields.get('period', '')}" if table == "data" else fields.get("id", "")


def _shown(name: Name) -> str:
    code, id = name
    return f"{id.strip()} of {code}" if " " in id else id or code


def _said(row: EditedRow) -> str:
    return " | ".join(filter(None, row.fields.values()))
