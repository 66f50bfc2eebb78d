"""A call as curl, Python and Node. Secret and token are read from the environment."""

import json
import pprint
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

TOKEN_HEADER = "x-tts-access-token"


@dataclass(frozen=True, slots=True)
class Draft:
    """A call before it is signed. `query` without app key, timestamp and signature.

    `files` are file names by field of a form; then `body` holds the form's other fields.
    """

    base_url: str
    app_key: str
    method: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any] | None = None
    files: Mapping[str, str] | None = None


def curl(draft: Draft, *, timestamp: int, sign: str) -> str:
    """The call as it was signed: good until the timestamp is five minutes old."""
    sent = {**draft.query, "app_key": draft.app_key, "timestamp": str(timestamp), "sign": sign}
    address = shlex.quote(f"{draft.base_url}{draft.path}?{urlencode(sent)}")
    lines = [
        f"curl -X {draft.method} {address}",
        f'  -H "{TOKEN_HEADER}: $CLIPCART_ACCESS_TOKEN"',
    ]
    if draft.files is not None:
        fields = {**(draft.body or {}), **{name: f"@{file}" for name, file in draft.files.items()}}
        lines += [f"  -F {shlex.quote(f'{name}={text}')}" for name, text in fields.items()]
    elif draft.body is not None:
        lines += ["  -H 'content-type: application/json'"]
        lines += [f"  --data-raw {shlex.quote(body_text(draft.body))}"]
    return " \\\n".join(lines)


def body_text(body: Mapping[str, Any]) -> str:
    """A body as it is signed and sent."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


_PYTHON = """import hashlib
import hmac
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
{more_imports}
url = os.environ.get("CLIPCART_URL", {url})
secret = os.environ["CLIPCART_APP_SECRET"]
token = os.environ["CLIPCART_ACCESS_TOKEN"]

path = {path}
query = {query}
query |= {{"app_key": {key}, "timestamp": str(int(time.time()))}}
{body}
pairs = "".join(name + query[name] for name in sorted(query))
text = secret + path + pairs + {signed} + secret
query["sign"] = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()

request = urllib.request.Request(
    f"{{url}}{{path}}?{{urllib.parse.urlencode(query)}}",
    data={data},
    method={method},
    headers={{"x-tts-access-token": token, "content-type": {content_type}}},
)
try:
    answer = urllib.request.urlopen(request)
except urllib.error.HTTPError as refused:
    answer = refused
print(answer.status)
print(json.dumps(json.load(answer), indent=2))
"""

_PYTHON_FORM = """
fields = {fields}
files = {files}
mark = uuid.uuid4().hex
parts = []
for name, value in fields.items():
    parts += [f'--{{mark}}', f'Content-Disposition: form-data; name="{{name}}"', "", value]
for name, file in files.items():
    told = f'Content-Disposition: form-data; name="{{name}}"; filename="{{file}}"'
    parts += [f"--{{mark}}", told, "", pathlib.Path(file).read_bytes()]
parts += [f"--{{mark}}--", ""]
body = b"\\r\\n".join(each if isinstance(each, bytes) else each.encode() for each in parts)
"""


def _literal(value: Any) -> str:
    return pprint.pformat(value, width=88, sort_dicts=False)


def python(draft: Draft) -> str:
    """A program that needs nothing but Python."""
    signed, data, kind, body, more = '""', "None", '"application/json"', "", ""
    if draft.files is not None:
        body = _PYTHON_FORM.format(
            fields=_literal(dict(draft.body or {})), files=_literal(dict(draft.files))
        )
        data, kind = "body", 'f"multipart/form-data; boundary={mark}"'
        more = "import pathlib\nimport uuid\n"
    elif draft.body is not None:
        body = f"body = json.dumps({_literal(draft.body)})\n"
        signed, data = "body", "body.encode()"
    return _PYTHON.format(
        more_imports=more,
        url=_literal(draft.base_url),
        path=_literal(draft.path),
        query=_literal(dict(draft.query)),
        key=_literal(draft.app_key),
        body=body,
        signed=signed,
        data=data,
        method=_literal(draft.method),
        content_type=kind,
    )


_NODE = """import {{ createHmac }} from "node:crypto";
{more_imports}
const url = process.env.CLIPCART_URL ?? {url};
const secret = process.env.CLIPCART_APP_SECRET;
const token = process.env.CLIPCART_ACCESS_TOKEN;

const path = {path};
const query = {query};
query.app_key = {key};
query.timestamp = String(Math.floor(Date.now() / 1000));
{body}
const pairs = Object.keys(query).sort().map((name) => name + query[name]).join("");
const text = secret + path + pairs + {signed} + secret;
query.sign = createHmac("sha256", secret).update(text).digest("hex");

const answer = await fetch(`${{url}}${{path}}?${{new URLSearchParams(query)}}`, {{
  method: {method},
  headers: {headers},{sends}
}});
console.log(answer.status);
console.log(JSON.stringify(await answer.json(), null, 2));
"""


def node(draft: Draft) -> str:
    """A program that needs nothing but Node 18 or later; save it as call.mjs."""
    signed, sends, body, more = '""', "", "", ""
    headers = '{ "x-tts-access-token": token, "content-type": "application/json" }'
    if draft.files is not None:
        lines = ["const form = new FormData();"]
        lines += [
            f"form.set({json.dumps(name)}, {json.dumps(str(text))});"
            for name, text in (draft.body or {}).items()
        ]
        for name, file in draft.files.items():
            path = json.dumps(file)
            lines.append(f"form.set({json.dumps(name)}, new Blob([readFileSync({path})]), {path});")
        body, sends = "\n".join(lines) + "\n", "\n  body: form,"
        headers = '{ "x-tts-access-token": token }'
        more = 'import { readFileSync } from "node:fs";\n'
    elif draft.body is not None:
        told = json.dumps(draft.body, indent=2, ensure_ascii=False)
        body = f"const body = JSON.stringify({told});\n"
        signed, sends = "body", "\n  body,"
    return _NODE.format(
        more_imports=more,
        url=json.dumps(draft.base_url),
        path=json.dumps(draft.path),
        query=json.dumps(dict(draft.query), indent=2),
        key=json.dumps(draft.app_key),
        body=body,
        signed=signed,
        method=json.dumps(draft.method),
        headers=headers,
        sends=sends,
    )
