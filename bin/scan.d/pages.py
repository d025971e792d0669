"""One page behind each door of src/routes.rs that shows one: prints paths, and on the error stream the doors that have none here.

  pages.py BASE COOKIE RECEIPT      doors with ids are filled from links on the pages before them, a search and an export are made"""

import html
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

base, cookie, receipt = sys.argv[1:4]
# A stream that never ends, files, the program's own files, answers for machines, and a door that only leads to another.
NOT_PAGES = re.compile(r"/events|/download|/file$|/assets/|/healthz|/readyz|/session$|/exports/\{id\}$|^/staff$")
# Their links come by mail.
BY_MAIL = {"/staff/setup", "/staff/invitation", "/staff/password"}


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(Stay)


def ask(path, fields=None):
    head = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    data = urllib.parse.urlencode(fields).encode() if fields else None
    try:
        answer = opener.open(urllib.request.Request(base + path, data, head), timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    page = (answer.headers.get("Content-Type") or "").startswith("text/html")
    return answer.status if page or fields else 0, answer.headers.get("Location") or "", answer.read().decode("utf-8", "replace")


doors = [path for path in re.findall(r'^ +get "([^"]+)"', open("src/routes.rs").read(), re.M) if not NOT_PAGES.search(path)]
with_query = {}
links, shown = {"/receipts/" + receipt, "/embed/receipts/" + receipt}, []
for path, fields in (
    ("/staff/searches", {"q": "hollis"}),
    ("/staff/exports", {"format": "csv", "columns": "deidentified", "purpose": "A look at the page", "standing": "all"}),
):
    links.add(urllib.parse.urlsplit(ask(path, fields)[1]).path.removesuffix("/file"))


def visit(path):
    status, _, body = ask(path)
    if status != 200:
        return False
    shown.append(path)
    for whole in re.findall(r'(?:href|action)="([^"]+)', body):
        whole = html.unescape(whole).partition("#")[0]
        link = whole.partition("?")[0]
        links.add(link)
        if "?" in whole:
            with_query.setdefault(link, whole)
        # A page that only a form leads away from may have a page of its own under the same path.
        links.update({link + "/rights", link + "/duplicates", link + "/pre-screen"} if re.fullmatch(r"/staff/leads/[^/]*-[^/]*", link) else ())
    return True


# Pages of those who wrote twice show most.
ours = [name for link in links if link.startswith("/staff/searches/") for name in re.findall(r'data-reference="([^"]+)"', ask(link)[2])]

# Without ids first; then whatever the links of these lead to, until nothing new fits.
missing = [door for door in doors if "{" in door or not visit(door)]
for _ in range(3):
    for door in [door for door in missing if "{" in door]:
        pattern = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(door)))
        fit = [link for link in links if pattern.fullmatch(link) and link not in doors]
        fit.sort(key=lambda link: (not any(name in link for name in ours), link))
        if any(visit(link) for link in fit[:20]):
            missing.remove(door)
    links |= {link + "/erasure" for link in links if link.endswith("/rights")}
for door in list(missing):  # those that show nothing without their query
    pattern = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(door)))
    if any(visit(whole) for link, whole in with_query.items() if pattern.fullmatch(link)):
        missing.remove(door)
print("\n".join(dict.fromkeys(shown)))
for door in missing:
    print(f"no page behind {door}" + (" (its link comes by mail)" if door in BY_MAIL else ""), file=sys.stderr)
