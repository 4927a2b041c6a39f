"""Follows every link of a person: what can be reached can be read.

    pages = crawl(client, "/")          address → headers and text

Owns: following. Must not: judge. Static files and the admin are left out.
"""

import re

from django.test import Client

_LINK = re.compile(r'(?:href|src|action)="(/[^"#]*)')


def crawl(client: Client, *starts: str) -> dict[str, str]:
    waiting, seen = list(starts), dict[str, str]()
    while waiting:
        address = waiting.pop().replace("&amp;", "&")
        if address in seen or address.startswith(("/static/", "/admin/")):
            continue
        response = client.get(address)
        body = b"".join(response) if response.streaming else response.content
        seen[address] = f"{response.headers}\n{body.decode(errors='replace')}"
        if "html" in response.headers.get("Content-Type", ""):
            waiting += _LINK.findall(seen[address])
    return seen
