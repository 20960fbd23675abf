"""Lets generated requests get past the door.

Schemathesis invents ids and knows no credentials, so alone it would see 401
and 404. Three requests of four are aimed at a demo tenant and a user who
exists, with an actor who has just signed in; the fourth stays as it came.
Every call carries the credential that its path asks for.
"""

import json
import os
import urllib.request
from datetime import datetime, timezone

import schemathesis

URL = os.environ["SALLYPORT_URL"]
KEY = os.environ["SALLYPORT_API_KEY"]
KEY_ID = KEY.split("_")[2]
# Two demo tenants with different policies take the requests. PUT /policy has
# one of its own, so that what it saves does not lock the actor out of the rest.
TENANTS = ["demo-remote-management-service", "demo-msp-reseller"]
POLICY_TENANT = "demo-client-portal"
ACTOR = "owner"
# Requests that one user takes before the next is made: few enough that wrong
# codes rarely disable the factor, enough to see what they lead to.
PER_USER = 40

count = 0


def post(path, body, headers=None):
    """Asks as the platform; returns the answer's members, or none where it was refused."""
    headers = {"Authorization": "Bearer " + KEY, "Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)
    except urllib.error.HTTPError:
        return {}


def actor():
    return {
        "Sallyport-Actor": ACTOR,
        "Sallyport-Actor-Authenticated-At": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def log_in(tenant, user):
    body = {"user": {"id": user, "email": user + "@example.com", "role": "admin"}, "first_factor": {"method": "password"}}
    return post(f"/v1/tenants/{tenant}/logins", body)


def token(tenant, user):
    """Makes a token of each kind in turn."""
    path = f"/v1/tenants/{tenant}/users/{user}/"
    kind = count // 2 % 3
    if kind == 0:
        return log_in(tenant, user).get("login") or ""
    if kind == 1:
        return post(path + "self-service", {}).get("token", "")
    return post(path + "enrollment-link", {"deliver": "return"}, actor()).get("url", "#").partition("#")[2]


def etag(tenant):
    request = urllib.request.Request(f"{URL}/v1/tenants/{tenant}/policy", headers={"Authorization": "Bearer " + KEY})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.headers["ETag"]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives the request its credential and, mostly, ids that exist."""
    global count
    count += 1
    tenant, user = TENANTS[count % 2], f"person-{count // PER_USER}"
    if count % PER_USER < 2:
        log_in(tenant, user)
    if case.headers is None:
        case.headers = {}
    path = case.operation.path
    if not path.startswith("/v1/"):
        return
    if not path.startswith(("/v1/tenants", "/v1/keys", "/v1/presets")):
        case.headers["Authorization"] = "Bearer " + token(tenant, user)
        return
    case.headers["Authorization"] = "Bearer " + KEY
    spare(case)
    if count % 4 == 3 or not case.path_parameters:
        return
    aim(case, tenant, user)


def spare(case):
    """Keeps what all requests need: ids are taken from earlier answers too."""
    ids = case.path_parameters or {}
    if case.method == "GET":
        return
    for name in ids:
        if ids[name] in (KEY_ID, ACTOR, *TENANTS, POLICY_TENANT):
            ids[name] = "another"


def aim(case, tenant, user):
    # The tenants themselves stay as they are: a deleted one answers 404.
    if case.operation.path == "/v1/tenants/{tenant}" and case.method != "GET":
        return
    if case.operation.label == "PUT /v1/tenants/{tenant}/policy":
        tenant = POLICY_TENANT
        case.headers["If-Match"] = etag(tenant)
    for name, value in (("tenant", tenant), ("user", user)):
        if name in case.path_parameters:
            case.path_parameters[name] = value
    case.headers.update(actor())


@schemathesis.check
def not_rate_limited(context, response, case):
    """One worker stays far below the development stack's limits."""
    if response.status_code == 429 and b"rate_limited" in response.content:
        raise AssertionError("rate_limited, by one client that asks one thing at a time")
