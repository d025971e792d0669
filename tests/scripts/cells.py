"""Reads an export or a report's file as other programs do: CSV by Python's csv, XLSX by openpyxl. Knows nothing of Intake's code.

A cell is None, a str, a Decimal or a datetime without offset: the time on the facility's clocks, whose zone stands in the header.
"""

import csv
import datetime
import decimal
import re

FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20\u2212"


def is_phone(text):
    """A phone number as a whole: nothing that a spreadsheet could run."""
    number, *extension = re.split(r"ext\.|ext|x|#", text.rstrip().lower(), maxsplit=1)
    digits = sum(c in "0123456789" for c in text)
    return (
        7 <= digits <= 20
        and re.fullmatch(r"\+[0-9( ][0-9 ()\-./\u00a0]*", number) is not None
        and all(re.fullmatch(r"[0-9 ]*", part) for part in extension)
    )


def could_run(text):
    """Whether a spreadsheet could take the text for a formula."""
    if text[:1] in ("\t", "\r"):
        return True
    seen = text.lstrip(" \t\r\n\x0b\x0c\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
    return seen[:1] != "" and seen[0] in FORMULA and not is_phone(text) and text != "-"


def typed(text):
    """The text as it was typed: without the one apostrophe that keeps a spreadsheet from running it."""
    rest = text[1:]
    return rest if text.startswith("'") and could_run(rest.lstrip("'")) else text


def read_csv(path, quoted_only=True):
    """Header and rows of a CSV. What stands in quotes is text; what stands bare is a number, a time, a day or nothing."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    with open(path, "rb") as file:
        assert file.read(3) == b"\xef\xbb\xbf", "no byte order mark"
    header, *body = rows
    quoted = quoted_fields(path) if quoted_only else None
    cells = []
    for at, row in enumerate(body, start=1):
        assert len(row) == len(header), f"row {at} has {len(row)} cells"
        kinds = quoted[at] if quoted else [True] * len(row)
        cells.append([typed(text) if is_text else bare(text) for text, is_text in zip(row, kinds)])
    return header, cells


def quoted_fields(path):
    """Of each field, whether it stands in quotes: what Python's csv does not tell."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        text = file.read()
    field = re.compile(r'("(?:[^"]|"")*"|[^,\r\n"]*)(,|\r\n)')
    rows, row, at = [], [], 0
    while at < len(text):
        match = field.match(text, at)
        assert match, f"not RFC 4180 at character {at}"
        row.append(match[1].startswith('"'))
        at = match.end()
        if match[2] != ",":
            rows.append(row)
            row = []
    return rows


def bare(text):
    """The value of a field without quotes."""
    if text == "":
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", text):
        return datetime.datetime.fromisoformat(text).replace(tzinfo=None)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return datetime.datetime.fromisoformat(text)
    return decimal.Decimal(text)


def read_xlsx(path, shared=False):
    """Header and rows of an XLSX, all its sheets, by openpyxl, which takes `_x005F_` off shared texts but not off inline ones."""
    import openpyxl
    from openpyxl.utils.escape import unescape

    book = openpyxl.load_workbook(path, read_only=True)
    header, cells = None, []
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        for at, row in enumerate(sheet.iter_rows()):
            assert not any(cell.data_type == "f" for cell in row), f"a formula in row {at + 1} of {sheet.title}"
            values = [plain(cell.value, str if shared else unescape) for cell in row]
            if at == 0:
                assert header in (None, values), f"another header on {sheet.title}"
                header = values
            else:
                cells.append(values + [None] * (len(header) - len(values)))
    return header, cells


def plain(value, unescape):
    """A value of openpyxl as the CSV reader gives it."""
    if isinstance(value, str):
        return unescape(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return decimal.Decimal(repr(value))
    if isinstance(value, datetime.datetime):
        return (value + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
    raise AssertionError(f"a cell of kind {type(value).__name__}")


def read(path):
    """Header and rows of either kind of file."""
    return read_xlsx(path) if path.endswith(".xlsx") else read_csv(path)
