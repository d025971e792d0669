#!/usr/bin/env python3
"""recount.py EXPORT --from DAY --to DAY: the figures of the report, counted anew from an exported CSV or XLSX.

Written from the definitions on the report's page, sharing nothing with the program: only the columns of an export without names.
Prints one JSON object: the name of each figure as in `data-figure`, and its value as in `data-value`. Programs stand by name.

Not here, because an export holds one row per lead as it is now and no history: the steps "assessment" and "scheduled" of the funnel
(the furthest step ever reached), admission days, mails, suggestions, workload, staffed hours, and what waits in quarantine.
"""

import argparse
import datetime
import json
import math

import cells

INTERESTS = ["inpatient", "outpatient", "telehealth", "not_sure"]
CHANNELS = ["web_form", "embed", "phone", "api", "import"]
LANGUAGES = ["en", "es"]
LOST = """no_response chose_another_provider not_ready cost does_not_want_level_offered family_or_work distance privacy_concern
    hospital incarcerated deceased asked_us_to_stop""".split()
DECLINED = """no_capacity needs_higher_level_of_care needs_lower_level_of_care medical_needs_exceed psychiatric_needs_exceed
    payer_not_accepted benefits_inadequate outside_licensed_state age_or_population legal_status language_not_available
    accommodation_not_available""".split()


def leads_of(path, first, last):
    """Leads received from the first day to the last, both included, by the facility's clocks."""
    header, rows = cells.read(path)
    names = [name.split(" (")[0] for name in header]
    for row in rows:
        lead = dict(zip(names, row))
        if first <= lead["received_at"].date() <= last:
            for kind in ("response", "contact"):
                minutes = lead[f"{kind}_minutes"]
                lead[kind] = None if minutes is None else round(minutes * 60)
            yield lead


def percentile(values, percent):
    """Nearest rank: the smallest value that at least so many of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * percent / 100), 1) - 1] if ordered else ""


def share(part, whole):
    """Percent with one decimal, half upward."""
    tenths = (part * 1000 + whole // 2) // whole if whole else None
    return "" if tenths is None else f"{tenths // 10}.{tenths % 10}"


def within(leads, kind, minutes):
    return sum(lead[kind] is not None and lead[kind] <= minutes * 60 for lead in leads)


def contacted(leads):
    return sum(lead["first_contact_at"] is not None for lead in leads)


def admitted(leads):
    return sum(lead["outcome"] == "admitted" for lead in leads)


def speed(leads, kind):
    """Median, p90 and the shares in time."""
    waits = [lead[kind] for lead in leads if lead[kind] is not None]
    figures = {"leads": len(leads), "median": percentile(waits, 50), "p90": percentile(waits, 90)}
    return figures | {f"within_{minutes}": share(within(leads, kind, minutes), len(leads)) for minutes in (5, 15, 60)}


def by(leads):
    """What a breakdown says of each of its rows."""
    people = admitted(leads)
    return {"leads": len(leads), "contacted": contacted(leads), "admitted": people, "rate": share(people, len(leads))}


def grouped(leads, key):
    groups = {}
    for lead in leads:
        groups.setdefault(key(lead), []).append(lead)
    return groups


def ending(lead):
    """Number of a row of the outcomes."""
    outcome, reason = lead["outcome"], lead["outcome_reason"]
    if outcome in ("lost", "declined"):
        start, reasons = {"lost": (100, LOST), "declined": (200, DECLINED)}[outcome]
        return start + (reasons.index(reason) if reason in reasons else 99)
    return {None: 0, "admitted": 1, "referred_out": 2}[outcome]


def tries(leads):
    """Rows of the contact attempts."""
    tests = {
        "none": lambda n: n == 0, "one": lambda n: n == 1, "many": lambda n: n >= 2,
        "two": lambda n: n == 2, "three": lambda n: n == 3, "more": lambda n: n >= 4,
    }
    for name, test in tests.items():
        some = [lead for lead in leads if test(lead["attempts"])]
        yield name, {"leads": len(some), "contacted": contacted(some), "tried": int(sum(lead["attempts"] for lead in some))}


def waits(leads):
    """Rows of the speed to contact: each lead in one of them."""
    edges = [("5", 0, 5), ("15", 5, 15), ("60", 15, 60), ("240", 60, 240), ("later", 240, math.inf)]
    for name, over, upto in edges:
        low = -1 if over == 0 else over * 60
        yield name, sum(lead["contact"] is not None and low < lead["contact"] <= upto * 60 for lead in leads)
    yield "none", sum(lead["contact"] is None for lead in leads)


def figures(leads, first, last):
    """All figures by name."""
    apart = {name: [lead for lead in leads if lead["outcome"] == name] for name in ("duplicate", "invalid")}
    leads = [lead for lead in leads if lead["outcome"] not in apart]
    found = {"inquiries": len(leads), "contacted": contacted(leads), "admitted": admitted(leads)}

    def put(table, row, values):
        found.update({f"{table}.{row}.{column}": value for column, value in values.items()})

    for name, some in apart.items():
        put("apart", name, {"leads": len(some)})
    for kind in ("contact", "response"):
        put(kind, "all", speed(leads, kind))
    found["median_contact"], found["within_15"] = found["contact.all.median"], found["contact.all.within_15"]
    for name, people in waits(leads):
        put("waits", name, {"people": people})
    for name, values in tries(leads):
        put("attempts", name, values)
    for hour, some in grouped(leads, lambda lead: lead["received_at"].hour).items():
        both = {kind: speed(some, kind) for kind in ("response", "contact")}
        medians = {kind: values["median"] for kind, values in both.items()}
        put("hours", hour, {"leads": len(some), "within_15": both["contact"]["within_15"]} | medians)
    for table, codes, column in (("interest", INTERESTS, "program_interest"), ("channel", CHANNELS, "channel")):
        for code, some in grouped(leads, lambda lead, column=column: lead[column]).items():
            put(table, codes.index(code), by(some))
    for code, some in grouped(leads, lambda lead: lead["language"]).items():
        put("language", LANGUAGES.index(code), by(some) | {"median": speed(some, "contact")["median"]})
    for table, column in (("source", "utm_source"), ("campaign", "utm_campaign"), ("program", "program")):
        for text, some in grouped(leads, lambda lead, column=column: lead[column] or "").items():
            put(table, text, by(some))
    for row, some in grouped(leads, ending).items():
        put("outcomes", row, {"leads": len(some)})
    days = (last - first).days + 1
    step = 1 if days < 93 else 7 if days <= 740 else 28
    for place, some in grouped(leads, lambda lead: (lead["received_at"].date() - first).days // step).items():
        spoken = contacted(some)
        put("time", place, {"leads": len(some), "contacted": spoken, "waiting": len(some) - spoken})
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export")
    parser.add_argument("--from", dest="first", type=datetime.date.fromisoformat, default=datetime.date.min)
    parser.add_argument("--to", dest="last", type=datetime.date.fromisoformat, default=datetime.date.max)
    asked = parser.parse_args()
    found = figures(list(leads_of(asked.export, asked.first, asked.last)), asked.first, asked.last)
    print(json.dumps({name: str(value) for name, value in found.items()}, indent=1, sort_keys=True))


if __name__ == "__main__":
    main()
