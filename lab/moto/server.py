"""moto's server, with one question more that it answers: what exists.

moto's own /moto-api/data.json lists every object that was ever made, deleted ones too, so it can't show that a
destroy left nothing behind. This walks what the services really hold.

Usage: server.py PORT REGION
"""

import json
import os
import signal
import sys
from typing import Any, Callable, Iterable, Iterator

port, home_region = int(sys.argv[1]), sys.argv[2]
# Read by moto's modules while they are imported.
os.environ["MOTO_PORT"] = str(port)

from moto import backends  # noqa: E402
from moto.core import DEFAULT_ACCOUNT_ID  # noqa: E402
from moto.core.base_backend import BackendDict, BaseBackend  # noqa: E402
from moto.core.common_models import BaseModel  # noqa: E402
from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import run_simple  # noqa: E402

from lifecycle_rules import remember_newer_versions  # noqa: E402
from mutual_authentication import remember_mutual_authentication  # noqa: E402
from rule_descriptions import show_every_description  # noqa: E402

# Loaded before the first request, so that a region's default VPC exists from the start.
SERVICES = ["ec2", "elbv2", "iam", "s3", "ssm", "sts", "cloudwatch", "logs"]

# What AWS too keeps after a resource is gone: data, and what the account comes with. And what it never had: moto makes
# a DelegationSet for the name servers of each hosted zone, and keeps it.
NO_RESOURCES = {"MetricDatum", "MetricAggregatedDatum", "MetricDatumBase", "AccountSummary", "DelegationSet"}

# moto forgets to delete these with their VPC, which on AWS never outlives it.
BELONGS_TO_VPC = {"NetworkAcl", "NetworkInterface"}

# AWS shows a deleted resource of these kinds for some time yet.
GONE = {"terminated", "deleted", "pendingdeletion"}


def inventory() -> list[str]:
    found = set()
    for backend_dict in list(BackendDict._instances):
        for account in list(backend_dict.values()):
            for region, backend in list(account.items()):
                for path, resource in resources(backend):
                    found.add(f"{account.service_name}/{region}/{type(resource).__name__}/{path}")
    return sorted(found)


def resources(backend: BaseBackend) -> Iterator[tuple[str, BaseModel]]:
    for attribute, value in list(vars(backend).items()):
        for path, resource in members(value, []):
            if type(resource).__name__ in NO_RESOURCES or is_gone(resource):
                continue
            if type(resource).__name__ in BELONGS_TO_VPC and vpc_of(resource) not in backend.vpcs:
                continue
            if type(resource).__name__ == "Key" and is_aws_managed(resource):
                continue
            if type(resource).__name__ == "EventBus" and resource.name == "default":
                # Every account has it; moto makes it when it is first asked for events.
                continue
            yield f"{attribute}/{'/'.join(path)}", resource
            # What hangs on a resource and is created by itself: rules of a group, versions of an object.
            for part, held in list(vars(resource).items()):
                for inner, one in members(held, []):
                    if type(one).__module__ == type(resource).__module__ and not is_gone(one):
                        yield f"{attribute}/{'/'.join(path)}/{part.lstrip('_')}/{'/'.join(inner)}", one


def members(value: Any, path: list[str]) -> Iterator[tuple[list[str], BaseModel]]:
    """The resources in a table of a service, which may be a table of tables."""
    if isinstance(value, BaseModel) and path and not isinstance(value, BaseBackend):
        yield path, value
    elif type(value).__name__ == "Reservation":
        # The one table of moto's in which a plain object stands between key and resource.
        for instance in list(value.instances):
            yield [instance.id], instance
    elif isinstance(value, dict) and len(path) < 3:
        for key in list(value):
            # Some tables make an entry when they are asked for one.
            yield from members(dict.get(value, key), [*path, str(key)])
    elif isinstance(value, (list, tuple, set)) and len(path) < 3:
        for position, entry in enumerate(list(value)):
            yield from members(entry, [*path, name_of(entry, position)])


def name_of(resource: Any, position: int) -> str:
    for attribute in ("id", "arn", "name", "allocation_id"):
        name = getattr(resource, attribute, None)
        if isinstance(name, str) and name:
            return name
    return str(position)


def is_gone(resource: BaseModel) -> bool:
    states = [getattr(resource, name, None) for name in ("_state", "state", "key_state")]
    state = next((each for each in states if each), None)
    return str(getattr(state, "name", state)).lower() in GONE


def is_aws_managed(key: Any) -> bool:
    """AWS makes such a key at an account's first encrypted volume, and keeps it."""
    return any(name.startswith("alias/aws/") for name in key.aliases)


def vpc_of(resource: Any) -> str:
    return resource.subnet.vpc_id if hasattr(resource, "subnet") else resource.vpc_id


def application(moto: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != "/lab/inventory":
            return moto(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(inventory()).encode()]

    return answer


def load() -> None:
    # Some requests to global services make moto open its own home region too.
    for service in SERVICES:
        for name in (home_region, "us-east-1", "global"):
            account = backends.get_backend(service)[DEFAULT_ACCOUNT_ID]
            if name in account.regions:
                account[name]


def end(_signal: int, _frame: Any) -> None:
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    load()
    remember_newer_versions()
    remember_mutual_authentication()
    show_every_description()
    run_simple(
        "127.0.0.1",
        port,
        application(DomainDispatcherApplication(create_backend_app)),
        threaded=True,
        request_handler=MotoRequestHandler,
    )
