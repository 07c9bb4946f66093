"""Digests cover the subject; entries of version 1 keep the digest they always had."""

from dataclasses import replace

import pytest

from bot.domain.escalation.chain import digest
from bot.domain.escalation.facts import Subject, SubjectKind
from bot.domain.escalation.timeline import EntryKind
from tests.domain.records import entry

OLD = replace(entry(EntryKind.SEVERITY_CHANGED, "Severity: S3 → S1"), version=1)
NEW = replace(OLD, version=2, text="", subject=Subject(kind=SubjectKind.ROLE, id="legal"))

# As the version before payloads computed it.
GOLDEN = "311a728b4b35237a95a7a4de19093805a61509e7358f4d36d753480795b21119"


@pytest.mark.parametrize(
    "subject",
    [
        None,
        Subject(kind=SubjectKind.ITEM, id="legal"),
        Subject(kind=SubjectKind.ROLE, id="security"),
    ],
    ids=["none", "another kind", "another id"],
)
def test_another_subject_has_another_digest(subject: Subject | None) -> None:
    assert digest(replace(NEW, subject=subject), "before") != digest(NEW, "before")


def test_an_entry_of_version_1_has_the_digest_it_always_had() -> None:
    assert digest(OLD, "") == GOLDEN
