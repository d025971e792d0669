#!/usr/bin/env python3
"""same_cells.py FILE.csv FILE.xlsx: that both hold the same cells, for Python and for LibreOffice.

Reads the CSV with Python's csv and the XLSX with openpyxl and compares every cell. Then lets LibreOffice open both without a
screen and save them again, and compares what it saw; no cell may have become a formula. One line on success, the first differing
cell and exit code 1 otherwise. `--without-libreoffice` leaves the second half out.
"""

import decimal
import os
import re
import subprocess
import sys
import tempfile

import cells

# Comma, double quote, UTF-8, first line 1, no column formats, English, quoted fields are text, numbers are recognised in the others.
AS_CSV = "CSV:44,34,76,1,,1033,true,true"
# The same as somebody opens it who chooses nothing: whatever looks like a number or a formula is one.
CARELESSLY = "CSV:44,34,76,1,,1033,false,true"


def compare(what, one, other):
    """Compares two readings: header, number of rows, every cell."""
    (head, rows), (other_head, others) = one, other
    if head != other_head:
        raise SystemExit(f"{what}: headers differ: {head} {other_head}")
    if len(rows) != len(others):
        raise SystemExit(f"{what}: {len(rows)} rows and {len(others)}")
    for at, (row, other_row) in enumerate(zip(rows, others), start=2):
        for name, cell, other_cell in zip(head, row, other_row):
            if cell != other_cell:
                # What a cell holds is nobody's business here: its place and kind are enough.
                raise SystemExit(f"{what}: row {at}, {name}: {shape(cell)} and {shape(other_cell)}")


def shape(cell):
    """A cell without what people wrote."""
    return f"{type(cell).__name__} of {len(str(cell))} characters"


def through_libreoffice(path, folder, *options):
    """What LibreOffice makes of a file, saved as XLSX."""
    name = os.path.splitext(os.path.basename(path))[0] + ".xlsx"
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", *options]
    done = subprocess.run([*command, "--convert-to", "xlsx", "--outdir", folder, path], capture_output=True, text=True, timeout=600)
    made = os.path.join(folder, name)
    if done.returncode != 0 or not os.path.exists(made):
        raise SystemExit(f"LibreOffice cannot open {path}: {done.stderr.strip() or done.stdout.strip()}")
    return made


def as_spreadsheet(reading):
    """A reading without what a spreadsheet's own file does not keep: characters that XML cannot hold, how lines end, empty texts, and
    more than fourteen digits of a number."""
    head, rows = reading

    def keep(cell):
        if isinstance(cell, decimal.Decimal):
            return decimal.Context(prec=14).create_decimal(cell).normalize()
        if not isinstance(cell, str):
            return cell
        text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", cell.replace("\r\n", "\n").replace("\r", "\n"))
        return text or None

    return head, [[keep(cell) for cell in row] for row in rows]


def harmless(reading):
    """A reading as the CSV shows it to a spreadsheet: with the apostrophe."""
    head, rows = reading
    return head, [[guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def with_times(reading):
    """A reading in which times with an offset, which LibreOffice leaves as the text they are in a CSV, are times."""
    head, rows = reading
    times = [at for at, name in enumerate(head) if name.endswith(")")]
    for row in rows:
        for at in times:
            row[at] = cells.bare(row[at]) if isinstance(row[at], str) else row[at]
    return head, rows


def guarded(text):
    return "'" + text if cells.could_run(text.lstrip("'")) else text


def by_libreoffice(reading, paths):
    """That LibreOffice sees the same cells in both files, and finds nothing to run however it is told to look."""
    with tempfile.TemporaryDirectory() as folder:
        seen = cells.read_xlsx(through_libreoffice(paths[1], folder), shared=True)
    compare("XLSX and LibreOffice", as_spreadsheet(reading), as_spreadsheet(seen))
    with tempfile.TemporaryDirectory() as folder:
        seen = cells.read_xlsx(through_libreoffice(paths[0], folder, f"--infilter={AS_CSV}"), shared=True)
    compare("CSV and LibreOffice", as_spreadsheet(harmless(reading)), as_spreadsheet(with_times(seen)))
    with tempfile.TemporaryDirectory() as folder:
        # Reading it again fails at the first formula.
        cells.read_xlsx(through_libreoffice(paths[0], folder, f"--infilter={CARELESSLY}"), shared=True)


def main():
    paths = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    if len(paths) != 2 or not paths[0].endswith(".csv") or not paths[1].endswith(".xlsx"):
        raise SystemExit("usage: same_cells.py FILE.csv FILE.xlsx [--without-libreoffice]")
    from_csv, from_xlsx = cells.read_csv(paths[0]), cells.read_xlsx(paths[1])
    compare("csv and openpyxl", from_csv, from_xlsx)
    if "--without-libreoffice" not in sys.argv:
        by_libreoffice(from_csv, paths)
    print(f"the same: {len(from_csv[1])} rows, {len(from_csv[0])} columns")


if __name__ == "__main__":
    main()
