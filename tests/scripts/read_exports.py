"""Reads the same export as CSV and as XLSX, and the XLSX as LibreOffice turned it into CSV, with readers that are not ours.

    read_exports.py EXPORT.csv EXPORT.xlsx FROM_LIBREOFFICE.csv

Prints one JSON object: rows, the cells that differ, and how many cells are formulas.
"""
import csv
import datetime
import json
import sys

import openpyxl


def typed(text):
    """What was typed: one apostrophe in front makes a cell harmless."""
    bare = text[1:].lstrip("'").lstrip() if text.startswith("'") else ""
    return text[1:] if bare[:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "−") and bare else text


def cells(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def same(ours, theirs):
    if theirs is None:
        return ours == ""
    if isinstance(theirs, datetime.datetime):
        return datetime.datetime.fromisoformat(ours).replace(tzinfo=None) == theirs.replace(microsecond=0)
    if isinstance(theirs, (int, float)):
        return ours != "" and abs(float(ours) - theirs) < 1e-9
    return typed(ours) == theirs


def main(csv_path, xlsx_path, office_path):
    ours = cells(csv_path)
    sheet = openpyxl.load_workbook(xlsx_path).worksheets[0]
    book = [[cell for cell in row] for row in sheet.iter_rows()]
    office = cells(office_path)
    differ, formulas = [], 0
    for at, (line, row) in enumerate(zip(ours, book)):
        for head, mine, cell in zip(ours[0], line, row):
            formulas += cell.data_type == "f"
            if not same(mine, cell.value):
                differ.append([at, head, mine, str(cell.value)])
    # LibreOffice writes numbers and times in its own way; texts must be the same.
    for at, (line, row) in enumerate(zip(ours, office)):
        for head, mine, other in zip(ours[0], line, row):
            if at > 0 and head in ("reference", "name", "phone", "email", "message") and typed(mine) != other:
                differ.append([at, head, mine, other])
    print(json.dumps({"rows": [len(ours), len(book), len(office)], "differ": differ, "formulas": formulas}))


main(*sys.argv[1:])
