"""Sums of money as leadership reads them: rounded, with the currency's sign."""

SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
THOUSAND, MILLION, BILLION = 1_000, 1_000_000, 1_000_000_000


def money(amount: int, currency: str) -> str:
    """Return an amount in whole units, such as "€2.1 M" or "CHF 450 k"."""
    sign = SIGNS.get(currency) or (f"{currency} " if currency else "")
    return f"{sign}{_short(amount)}"


def _short(amount: int) -> str:
    for unit, letter in ((BILLION, " B"), (MILLION, " M"), (THOUSAND, " k")):
        # What would round up to a thousand of the smaller unit is one of the larger.
        if amount >= unit or round(amount / unit, 3) >= 1:
            return f"{amount / unit:.1f}".removesuffix(".0") + letter
    return str(amount)
