"""The demo's policy: the shipped one, with the demo's people on the ladder and a leadership."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import yaml

from bot.sandbox.demo import ADA, LEA, LEADERSHIP, MAX, NOOR, SAM

# The escalation manager of the story, Eva, is named when it is opened.
PEOPLE: Mapping[str, str] = {
    "technical_lead": MAX,
    "comms_lead": SAM,
    "deputy": SAM,
    "duty_manager": LEA,
    "director": NOOR,
    "vice_president": NOOR,
    "executive": ADA,
}


def write(folder: Path) -> Path:
    """Write the policy into the folder and return the file.

    Without names a promise that breaks would be told to nobody but its escalation manager.
    """
    policy = yaml.safe_load((resources.files("bot") / "policy.yaml").read_bytes())
    for role, person in PEOPLE.items():
        policy["roles"][role]["people"] = [person]
    policy["channels"]["leadership"] = LEADERSHIP
    file = folder / "policy.yaml"
    file.write_text(yaml.safe_dump(policy, sort_keys=False), encoding="utf-8")
    return file
