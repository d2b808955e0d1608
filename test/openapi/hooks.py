"""What schemathesis cannot know of docs/openapi.json by itself: signatures over bodies, and names that exist."""

import hashlib
import hmac
import os
from urllib.parse import urlsplit

import requests
import schemathesis

BUILD = os.environ["FUZZ_BUILD"]
KNOWN = {
    "repository": os.environ["FUZZ_REPOSITORY"],
    "repository_id": int(os.environ["FUZZ_REPOSITORY_ID"]),
    "sha": os.environ["FUZZ_SHA"],
    "ref": "develop",
    # What one call tells of the disks counts for the next: a full one would refuse them all.
    "disks": {"engine": {"free": 10**12, "total": 10**12}},
}
SIGNATURE = "X-Hub-Signature-256"


class Signed(requests.auth.AuthBase):
    """Signs the bytes that are really sent, as GitHub and faas-cli do; a GET by its path and query."""

    def __init__(self, secret, get=False):
        self.secret = os.environ[secret].encode()
        self.get = get

    def __call__(self, request):
        signed = self.signed(request)
        request.headers[SIGNATURE] = "sha256=" + hmac.new(self.secret, signed, hashlib.sha256).hexdigest()
        return request

    def signed(self, request):
        if not self.get:
            body = request.body or b""
            return body.encode() if isinstance(body, str) else body
        url = urlsplit(request.url)
        return f"GET {url.path.removeprefix('/function/build')}?{url.query or 'from=0'}".encode()


class PageKey(requests.auth.AuthBase):
    def __call__(self, request):
        request.headers["Authorization"] = "Bearer " + os.environ["FUZZ_PAGE_KEY"]
        return request


auth = schemathesis.auth
auth.set_from_requests(Signed("FUZZ_WEBHOOK_SECRET")).apply_to(path="/function/webhook")
auth.set_from_requests(Signed("FUZZ_PAYLOAD_SECRET")).apply_to(path="/function/build")
auth.set_from_requests(Signed("FUZZ_PAYLOAD_SECRET", get=True)).apply_to(path="/function/build/{service}/{id}")
auth.set_from_requests(Signed("FUZZ_PAYLOAD_SECRET")).apply_to(method="POST", path="/function/badge")
auth.set_from_requests(PageKey()).apply_to(method="GET", path_regex=r"^/function/badge(/\{service\}(/.*)?)?$")


def is_object(value):
    return isinstance(value, dict)


@schemathesis.hook
def before_call(context, case, kwargs):
    """What is right by the schema is made right by what there is, too: else every call would end at the allow-list."""
    if not case.meta.generation.mode.is_positive or not is_object(case.body):
        return
    if case.operation.path == "/function/build":
        case.body = {key: KNOWN.get(key, value) for key, value in case.body.items()}
    if case.operation.path == "/function/webhook":
        # OpenAPI cannot say that a header decides which body is right.
        event = "pull_request" if "pull_request" in case.body else "push" if "ref" in case.body else "ping"
        case.headers["X-GitHub-Event"] = event


@schemathesis.hook
def filter_path_parameters(context, path_parameters):
    """What OpenFaaS's gateway makes something else of, and what is another route."""
    if not is_object(path_parameters):
        return True
    values = [value for value in path_parameters.values() if isinstance(value, str)]
    suffix = (".svg", ".json", ".log") if context.operation.path.endswith("}") else ()
    return all(value.isprintable() and not set(value) & set("%/?#") and not value.endswith(suffix) for value in values)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Half of them name what is there."""
    if is_object(path_parameters) and sum(map(ord, str(path_parameters))) % 2 == 0:
        known = {"service": "web", "id": BUILD}
        return {key: known.get(key, value) for key, value in path_parameters.items()}
    return path_parameters
