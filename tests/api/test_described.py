"""The description of the API is true, as somebody else's program reads it: whatever it allows, and whatever it does
not, is answered as it says. ``MUSTER_API_EXAMPLES=200`` looks longer."""

import copy
import json
import os
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from tests.api.scene import FORMER, OTHER_CO, Scene
from tests.doors import ask
from tests.services.small import CO, OFFICER, PC

EXAMPLES = int(os.environ.get("MUSTER_API_EXAMPLES", "3"))
NAMES: dict[str, Sequence[str]] = {
    "unit": ("PCT-047", "PCT-049", "CITY-HALL", "NO-SUCH"),
    "place": ("PCT-047", "CITY-HALL", "NO-SUCH"),
    "member": (CO, OFFICER, PC, OTHER_CO, FORMER, "NO-SUCH"),
    "other": (CO, OFFICER, "M0034", "NO-SUCH"),
    "matter": ("shots-fired", "block-party", "NO-SUCH"),
    "position": ("PCT-047-CO", "PCT-047-DESK", "CHIEF-OF-PATROL", "NO-SUCH"),
    "name": ("R1", "T1", "T9", "C1"),
    "tour": ("0705x1540", "2315x0750", "off", "NO-SUCH"),
    "first": ("2020-09-01", "2020-10-26", "2020-11-16", "1900-01-01", "2199-12-31"),
    "last": ("2020-09-30", "2020-10-27", "2020-11-16", "1900-01-01", "2199-12-31"),
    "day": ("2020-10-20", "2020-10-21", "2020-11-01", "1900-01-01", "2199-12-31"),
    "at": ("2020-10-20T16:00:00Z", "2020-10-21T03:30:00Z", "1900-01-01T00:00:00Z", "2199-12-31T23:59:59Z"),
    "since": ("2020-10-20T16:00:00Z", "2020-10-21T03:15:00Z", "1900-01-01T00:00:00Z", "2199-12-31T23:59:59Z"),
    "until": ("2020-10-20T22:00:00Z", "2020-10-21T11:50:00Z", "1900-01-01T00:00:00Z", "2199-12-31T23:59:59Z"),
    "deadline": ("2020-10-20T18:00:00Z", "1900-01-01T00:00:00Z", "2199-12-31T23:59:59Z"),
    "rank": ("PO", "NO-SUCH"),
    "to": ("PCT-047-XO", "PCT-047-DESK", "NO-SUCH"),
    "by": ("PCT-047-CO", "PC", "NO-SUCH"),
    "giver": ("PCT-047-CO", "PC", "NO-SUCH"),
    "receiver": ("PCT-047-DESK", "PCT-047", "NO-SUCH"),
}
"""What is there, and what is not, to fill in by the name of a field."""
LEFT_OUT = [
    checks.positive_data_acceptance,  # what is of its form can still be no tour, or name an hour that is past: 422
    checks.ignored_auth,  # many tokens that are not ours are 429; test_every_route sends none, and a false one
]


def with_names(described: dict[str, Any]) -> dict[str, Any]:
    """The description with names that the record has in the place of any that are of their form."""
    found = copy.deepcopy(described)
    for operations in found["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in NAMES and parameter["in"] in ("path", "query"):
                    parameter["schema"] = one_of(parameter["name"])
            for fields in sent_to(found, operation):
                for field, schema in fields.items():
                    if field in NAMES and "string" in {each.get("type") for each in (schema, *schema.get("anyOf", ()))}:
                        fields[field] = (
                            {"anyOf": [one_of(field), {"type": "null"}]} if "anyOf" in schema else one_of(field)
                        )
    return found


def one_of(field: str) -> dict[str, Any]:
    """What a field takes, by its name."""
    return {"type": "string", "enum": [*NAMES[field]]}


def sent_to(described: dict[str, Any], operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The fields of what an operation takes, if it takes anything."""
    if "requestBody" in operation:
        ref: str = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        yield described["components"]["schemas"][ref.rpartition("/")[2]].get("properties", {})


def operations(described: dict[str, Any], named: bool) -> Iterator[Any]:
    """The operations of an account, as they are described."""
    schema = schemathesis.openapi.from_dict(with_names(described) if named else described)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if not operation.path.startswith("/contact"):
            yield operation


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("member", [OFFICER, PC])
def test_whatever_is_sent_is_answered_as_described(scene: Scene, member: str, mode: GenerationMode) -> None:
    load_all_checks()
    described = json.loads(ask(f"{scene.house.base}/api/v1/openapi.json").text)
    token, tried = scene.token(member), 0
    with requests.Session() as session:
        for operation in operations(described, named=mode.is_positive):

            @seed(20_201_031)
            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def each(case: Any) -> None:
                case.headers["Authorization"] = f"Bearer {token}"
                said = case.call(base_url=f"{scene.house.base}/api/v1", session=session)
                known = [checks.negative_data_rejection] if said.status_code == 413 else []  # no refusal, as it counts
                case.validate_response(said, excluded_checks=[*LEFT_OUT, *known])

            each()
            tried += 1
    assert tried == len([o for ops in described["paths"].values() for o in ops]) - 2
    assert scene.house.complaints == []
