"""Digests of version 1 cover what an entry says; entries from before payloads keep theirs."""

from dataclasses import replace

import pytest

from bot.domain.escalation.chain import digest
from bot.domain.escalation.escalation import Severity
from bot.domain.escalation.facts import Subject, SubjectKind
from bot.domain.escalation.payloads import SeverityChanged
from bot.domain.escalation.timeline import Entry, EntryKind
from tests.domain.records import entry

OLD = replace(entry(EntryKind.SEVERITY_CHANGED, "Severity: S3 → S1"), version=1)
NEW = replace(
    OLD,
    text="",
    subject=Subject(kind=SubjectKind.ROLE, id="legal"),
    payload=SeverityChanged(before=Severity.S3, after=Severity.S1, reason="worse"),
)

# As the version before payloads computed it.
GOLDEN = "311a728b4b35237a95a7a4de19093805a61509e7358f4d36d753480795b21119"


@pytest.mark.parametrize(
    "other",
    [
        replace(NEW, subject=None),
        replace(NEW, subject=Subject(kind=SubjectKind.ITEM, id="legal")),
        replace(NEW, subject=Subject(kind=SubjectKind.ROLE, id="security")),
        replace(NEW, payload=None),
        replace(NEW, payload=SeverityChanged(before=Severity.S3, after=Severity.S1)),
        replace(
            NEW, payload=SeverityChanged(before=Severity.S2, after=Severity.S1, reason="worse")
        ),
    ],
    ids=["no subject", "kind of subject", "id of subject", "no payload", "reason", "before"],
)
def test_another_subject_or_payload_has_another_digest(other: Entry) -> None:
    assert digest(other, "before") != digest(NEW, "before")


def test_an_entry_without_either_has_the_digest_it_always_had() -> None:
    written = replace(OLD, sequence=1)

    assert digest(written, "") == GOLDEN
