"""What a person fills in to open an escalation, and the rules an answer has to meet."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from bot.domain.errors import InvalidInput
from bot.domain.escalation.customer import MAX_NAME
from bot.domain.escalation.escalation import CustomerId, Escalation, Severity, Visibility
from bot.domain.people import SlackUserId
from bot.domain.text.folding import fold

MAX_TITLE = 150  # characters; Slack's header block
MAX_TEXT = 3000  # characters; Slack's plain_text_input
MAX_URL = 2000  # characters
MAX_INVITED = 100  # people named in the form


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRequest:
    """One submitted form.

    Attributes:
        customer_id: A known customer; None when `new_customer` names one that is not yet known.
        category: A name from the policy's categories; None when nobody chose one.
        region: Whose public holidays the customer has, as a code or a name; empty: as known.
        critical_on: The customer's milestone, a calendar day in the customer's time zone.
        submission_key: The same for every delivery of one submission; what makes it safe to repeat.
        progress_view_id: The modal to show progress in; None when there is none.
        response_url: Private way back to the requester; a capability, never logged.
    """

    customer_id: CustomerId | None
    title: str
    severity: Severity
    owner: SlackUserId
    submission_key: str
    new_customer: str = ""
    problem: str = ""
    business_impact: str = ""
    customer_ask: str = ""
    category: str | None = None
    region: str = ""
    critical_on: date | None = None
    ticket_url: str = ""
    crm_url: str = ""
    invited: tuple[SlackUserId, ...] = ()
    visibility: Visibility = Visibility.PUBLIC
    source_permalink: str | None = None
    progress_view_id: str | None = None
    response_url: str | None = None

    def check(self, today: date) -> None:
        """Refuse what cannot be used; `today` is the present day in UTC.

        Raises:
            InvalidInput: Names each field that is wrong; nothing has been recorded.
        """
        findings = {
            "customer": self._customer_problem(),
            "title": _text_problem(self.title, MAX_TITLE, "a title", required=True),
            "problem": _text_problem(self.problem, MAX_TEXT, "the problem"),
            "business_impact": _text_problem(self.business_impact, MAX_TEXT, "the impact"),
            "customer_ask": _text_problem(self.customer_ask, MAX_TEXT, "the customer's ask"),
            "critical_on": _date_problem(self.critical_on, today),
            "ticket_url": _url_problem(self.ticket_url),
            "crm_url": _url_problem(self.crm_url),
            "invited": _invited_problem(self.invited),
        }
        if wrong := {field: problem for field, problem in findings.items() if problem}:
            raise InvalidInput(wrong)

    def _customer_problem(self) -> str:
        if self.customer_id is not None:
            return ""
        if not fold(self.new_customer):
            return "Enter a customer."
        return _text_problem(self.new_customer, MAX_NAME, "a customer", required=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormDraft:
    """What the form shows when it opens: everything we already know.

    Attributes:
        quote: Words of the Slack message it is opened from; empty otherwise.
    """

    owner: SlackUserId
    severity: Severity
    title: str = ""
    problem: str = ""
    visibility: Visibility = Visibility.PUBLIC
    source_permalink: str | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenElsewhere:
    """An escalation of the same customer that is still open and that this person may see."""

    escalation: Escalation
    channel_id: str | None


def _text_problem(text: str, most: int, what: str, *, required: bool = False) -> str:
    if required and not text.strip():
        return f"Enter {what}."
    if len(text) > most:
        return f"That's {len(text):,} characters; {what} can have at most {most:,}."
    return ""


def _date_problem(day: date | None, today: date) -> str:
    # A day's grace, because it may still be yesterday where the customer is.
    if day is not None and (today - day).days > 1:
        return f"{day:%d %B %Y} has passed. Choose the customer's next critical date."
    return ""


def _url_problem(url: str) -> str:
    if not url:
        return ""
    if len(url) > MAX_URL:
        return f"That link has {len(url):,} characters; at most {MAX_URL:,} fit."
    try:
        parts = urlsplit(url)
    except ValueError:
        return "That's not a valid link. Use one that starts with https://"
    if parts.scheme not in {"http", "https"} or not parts.hostname or set(url) & set(' <>|"\n'):
        return "That's not a valid link. Use one that starts with https://"
    return ""


def _invited_problem(invited: tuple[SlackUserId, ...]) -> str:
    if len(invited) > MAX_INVITED:
        return f"You can invite up to {MAX_INVITED} people here. Invite the others in the room."
    return ""
