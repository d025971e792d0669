"""Recomputes a report from an export, knowing nothing of Intake but the columns' names and the definitions on the page.

    recompute.py EXPORT.csv REPORT.csv

Prints one JSON object: figures compared, figures that differ, and the tables an export cannot tell.
"""
import collections
import csv
import datetime
import json
import math
import sys

STAGES = ["new", "attempting_contact", "contacted", "assessment", "waitlisted", "scheduled"]
# They need the timeline, the mails or the days of admission, which no export holds.
ELSEWHERE = {"Declined and referred, and what then", "No-shows", "First contact to admission", "Suggestion and choice",
             "Notifications", "Inquiries over time"}


def read(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def column(row, name):
    return next(value for key, value in row.items() if key.split(" ")[0] == name)


def seconds(row, name):
    text = column(row, name)
    return None if text == "" else round(float(text) * 60)


def rank(values, percent):
    values = sorted(value for value in values if value is not None)
    return str(values[math.ceil(len(values) * percent / 100) - 1]) if values else ""


def share(part, whole):
    if whole == 0:
        return ""
    tenths = (part * 1000 + whole // 2) // whole
    return f"{tenths // 10}.{tenths % 10}"


def figure(label, rows):
    """A column of a table, over the rows of one of its lines."""
    response = [seconds(row, "response_minutes") for row in rows]
    contact = [seconds(row, "contact_minutes") for row in rows]
    admitted = [row for row in rows if row["outcome"] == "admitted"]
    within = lambda spans, minutes: share(sum(1 for span in spans if span is not None and span <= minutes * 60), len(rows))
    return {
        "Inquiries": lambda: str(len(rows)),
        "People": lambda: str(len(rows)),
        "Spoken with": lambda: str(sum(1 for span in contact if span is not None)),
        "Admitted": lambda: str(len(admitted)),
        "Admitted, share": lambda: share(len(admitted), len(rows)),
        "Open now": lambda: str(sum(1 for row in rows if row["outcome"] == "")),
        "Attempts made": lambda: str(sum(int(row["attempts"]) for row in rows)),
        "Median contact": lambda: rank(contact, 50),
        "Median response": lambda: rank(response, 50),
    }.get(label), response, contact, within


def reached(row, stage):
    return row["outcome"] == "admitted" or STAGES.index(row["stage"]) >= STAGES.index(stage)


def lines(rows):
    """Which rows of the export belong to which line of which table."""
    span = lambda row: seconds(row, "contact_minutes")
    between = lambda low, high: [row for row in rows if span(row) is not None and (low is None or span(row) > low * 60) and (high is None or span(row) <= high * 60)]
    tries = lambda test: [row for row in rows if test(int(row["attempts"]))]
    table = {
        "From asking to admission": {
            "Inquiries": rows,
            "Spoken with": [row for row in rows if span(row) is not None],
            "Assessment": [row for row in rows if reached(row, "assessment")],
            "Admission set": [row for row in rows if reached(row, "scheduled")],
            "Admitted": [row for row in rows if row["outcome"] == "admitted"],
        },
        "Speed to contact": {
            "Within 5 min": between(None, 5), "5 to 15 min": between(5, 15), "15 to 60 min": between(15, 60),
            "1 to 4 h": between(60, 240), "Over 4 h": between(240, None),
            "Not spoken with yet": [row for row in rows if span(row) is None],
        },
        "Contact attempts": {
            "No attempt": tries(lambda n: n == 0), "One attempt": tries(lambda n: n == 1), "Two or more": tries(lambda n: n >= 2),
            "… two": tries(lambda n: n == 2), "… three": tries(lambda n: n == 3), "… four or more": tries(lambda n: n >= 4),
        },
        "Speed to contact, in figures": {"All": rows},
        "Lead response time": {"All": rows},
    }

    def by(title, name, words):
        groups = collections.defaultdict(list)
        for row in rows:
            groups[words(column(row, name))].append(row)
        table[title] = groups

    coded = lambda names: lambda code: names.get(code, code)
    by("By what they asked for", "program_interest", coded({"inpatient": "Inpatient", "outpatient": "Outpatient", "telehealth": "Telehealth", "not_sure": "Not sure"}))
    by("By way in", "channel", coded({"web_form": "Website", "embed": "Framed form", "phone": "Phone", "api": "Other system", "import": "Import"}))
    by("By language", "language", coded({"en": "English", "es": "Spanish"}))
    by("By source", "utm_source", lambda text: text or "No source given")
    by("By campaign", "utm_campaign", lambda text: text or "No campaign given")
    by("By hour of the day", "received_at", lambda text: datetime.datetime.fromisoformat(text).hour)
    return table


def recompute(export, report):
    counted = [row for row in export if row["outcome"] not in ("duplicate", "invalid")]
    table = lines(counted)
    compared, wrong, outcomes = 0, [], collections.Counter()
    for line in report:
        title, words, label = line["table"], line["row"], line["figure"]
        if title == "Outcomes and reasons":
            outcomes[words.split(":")[0]] += int(line["value"])
            continue
        if title == "Counted apart" and words in ("Duplicates", "Invalid"):
            code = "duplicate" if words == "Duplicates" else "invalid"
            expected = str(sum(1 for row in export if row["outcome"] == code))
        elif title in table:
            words = int(line["key"]) if title == "By hour of the day" else words
            if words not in table[title] and title in ("Speed to contact, in figures", "Lead response time"):
                continue  # staffed hours: the export does not know them
            rows = table[title].get(words, [])
            made, response, contact, within = figure(label, rows)
            spans = response if title == "Lead response time" else contact
            if made:
                expected = made()
            elif label == "Median":
                expected = rank(spans, 50)
            elif label == "p90":
                expected = rank(spans, 90)
            else:
                expected = within(spans, {"Within 5 min": 5, "Within 15 min": 15, "15 min": 15, "60 min": 60}[label])
        else:
            continue
        compared += 1
        found = line["value"]
        if expected != found and not (expected and found and float(expected) == float(found)):
            wrong.append({"table": title, "row": line["row"], "figure": label, "report": found, "export": expected})
    named = {"": "Still open", "admitted": "Admitted", "referred_out": "Referred out", "lost": "Lost", "declined": "Declined"}
    ends = collections.Counter(named[row["outcome"]] for row in counted)
    for words, found in outcomes.items():
        compared += 1
        if ends[words] != found:
            wrong.append({"table": "Outcomes and reasons", "row": words, "report": found, "export": ends[words]})
    told = set(table) | {"Outcomes and reasons", "Counted apart"}
    silent = sorted({line["table"] for line in report} - told - ELSEWHERE)
    return {"rows": len(export), "compared": compared, "wrong": wrong, "not_looked_at": silent}


if __name__ == "__main__":
    print(json.dumps(recompute(read(sys.argv[1]), read(sys.argv[2]))))
