"""The page about the API, written from its OpenAPI description: ``python -m muster.api.reference > docs/api.md``."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any, cast

from muster.api.app import PREFIX, api_app
from muster.api.forms import REF
from muster.services.clerk import Clerk
from muster.services.desk import Desk
from muster.services.door import Door

HEAD = f"""# The API

What the console shows and does, for programs, with the token of a user; and what the page behind a link does, with the
token of the link. `muster serve` serves both below `{PREFIX}`, with their OpenAPI description at
`{PREFIX}/openapi.json`, from which this page is written (`python -m muster.api.reference > docs/api.md`).

Bodies are JSON objects, sent with `Content-Type: application/json`; a field that is not described here is refused.
Instants are told in UTC, like `2020-10-07T07:00:00Z`; those that are sent must say their offset. A day is one of the
force's own calendar, like `2020-10-07`. A *name* is how the force directory calls a unit, position, member, matter or
tour: 1 to 64 letters, digits, dots, hyphens or underscores, a letter or digit first.

Every refusal has the shape of [Problem](#problem), whatever refused it: go by its `status` and `code`, and show `error`
to the person. 401 comes with `WWW-Authenticate`, 429 and 503 with `Retry-After`, in seconds.

```
{{"ok": false, "status": 422, "code": "malformed", "error": "limit 500 must be less than or equal to 200"}}
```

## With the token of a user

`muster user add NAME --member MEMBER` makes the user, and `muster user token NAME --scope read,act --for 30` prints a
token on its first line, once; both are for whoever runs Muster. It is sent as `Authorization: Bearer TOKEN`, and
has no rights of its own: at each request it can read and do what follows from the positions that the user's member
holds then, as far as its scopes go. It ends with its days, with the user, and with `muster user revoke`. Whoever has
none is answered 401, whatever they ask for.

```bash
curl -H "Authorization: Bearer $TOKEN" "https://muster.example.org{PREFIX}/units/PCT-047/watch?at=2020-10-07T07:00:00Z"
curl -H "Authorization: Bearer $TOKEN" "https://muster.example.org{PREFIX}/taskings?limit=200"
curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -H "Idempotency-Key: 7f3a" \\
     -d '{{"what": "shots at White Plains Road", "matter": "shots-fired", "place": "PCT-047", "dry_run": true}}' \\
     https://muster.example.org{PREFIX}/taskings
```

Lists come in pages, of 50 things unless `limit` says otherwise: `next` is the `cursor` of the next page, and null on
the last. What can be asked as it was takes `at`, and `known_at` for what the record believed then; give both where
all pages are to be of one instant. Reasons that touch health or rest are told to those entitled, by the positions that
they hold now.

Each act, that is each `POST`, carries an `Idempotency-Key` of yours, a name that you give to no other act, such as a
UUID. After 503, or no response at all, send the same again under the same key: it is done once, and answered as it was
then. Something else under the same key is 409, `key-used`. What was refused was not done, and may be sent again under
the same key. You act as yourself, now, and in no position that you do not hold. Where `dry_run` or a `GET` gives
`looked`, send it with the act: it is done as it was seen, or not at all.

## With the token of a link

The token is the last part of a link, everything after `/c/`. It is sent as `Authorization: Bearer TOKEN`, and is as
good as the link: it lets its member, and nobody else, see and answer one contact until it expires, is used, or the
appointment ends.

```bash
curl -H "Authorization: Bearer $TOKEN" https://muster.example.org{PREFIX}/contact
curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
     -d '{{"word": "accepted", "once": "7f3a"}}' https://muster.example.org{PREFIX}/contact/answer
```

The words are those of `muster answer`: `received`, `accepted`, `refused`, `handed`, `taken-over`, `not-me`; an offer of
a call-in is answered `willing` or `refused`. Send a `once` of your own with each answer: after 503, or no response at
all, the same answer sent again does no more than the first.

Calendars ask elsewhere: `GET` or `HEAD` of `/feed/TOKEN.ics`, by a link of the console's page *Me* or of `muster roster
feed --link`, gives the tours of one member as `text/calendar`. With `If-None-Match` and the `ETag` that came last it is
304 while nothing is new; 404 for every link that leads nowhere, 429 for too many of those from one network, 503 as
above.
"""


def page() -> str:
    """The page, as Markdown."""
    nobody = cast(Door, None), cast(Clerk, None), cast(Desk, None)
    found = api_app(*nobody, lambda _: None).openapi()
    schemas = found["components"]["schemas"]
    lines = [HEAD]
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            lines += _operation(f"{method.upper()} {PREFIX}{path}", operation)
    for name, schema in schemas.items():
        lines += _schema(name, schema)
    return "\n".join(lines).rstrip() + "\n"


def _operation(title: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {title}\n"
    yield f"{operation['description']}\n"
    asked = [p for p in operation.get("parameters", ()) if p["in"] != "path"]
    if asked:
        yield "| parameter | | |"
        yield "|---|---|---|"
        yield from (
            f"| `{p['name']}` | {_type(p['schema']).removesuffix(' or null')} | {_needed(p)}{p['description']} |"
            for p in asked
        )
        yield ""
    if "requestBody" in operation:
        yield f"Takes {_type(operation['requestBody']['content']['application/json']['schema'])}.\n"
    yield "| status | | |"
    yield "|---|---|---|"
    for status, response in sorted(operation["responses"].items()):
        says = "it was done" if status == "200" else response["description"]
        yield f"| {status} | {says} | {_type(response['content']['application/json']['schema'])} |"
    yield ""


def _needed(parameter: Mapping[str, Any]) -> str:
    return "needed: " if parameter["required"] else ""


def _schema(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{schema['description']}\n"
    yield "| field | | |"
    yield "|---|---|---|"
    needed = schema.get("required", [])
    for field, what in schema["properties"].items():
        says = what.get("description", "")
        optional = "" if field in needed or "const" in what else "may be left out"
        yield f"| `{field}` | {_type(what)} | {'; '.join(part for part in (says, optional) if part)} |"
    yield ""


def _type(schema: Mapping[str, Any]) -> str:
    """The type of a value, in words of JSON."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "const" in schema:
        return f"`{str(schema['const']).lower()}`"
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if schema["type"] == "array":
        return f"list of {_type(schema['items'])}"
    if schema["type"] == "object":
        kinds = [*schema.get("patternProperties", {}).values()]
        return f"object: a name, then {_type(kinds[0])}" if kinds else "object"
    if schema.get("pattern") == REF:
        return "name"
    if "maximum" in schema:
        return f"integer from {schema['minimum']:.0f} to {schema['maximum']:.0f}"
    named = {"date-time": "instant", "date": "day"}
    return named.get(schema.get("format", ""), str(schema["type"]))


if __name__ == "__main__":
    sys.stdout.write(page())
