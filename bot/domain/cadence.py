"""When something falls due: plain durations and business days in the customer's time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.duration import Duration

SATURDAY = 5


def after(start: datetime, duration: Duration, time_zone: str) -> datetime:
    """Return the instant `duration` after `start`, in UTC.

    Elapsed durations count real time. A business day keeps the local hour and counts Monday
    to Friday in `time_zone` (IANA); starting on a weekend counts from that weekend's end.
    A local time that the spring change skips moves forward by that hour.
    """
    if duration.elapsed is not None:
        return (start + duration.elapsed).astimezone(UTC)
    zone = ZoneInfo(time_zone)
    local = start.astimezone(zone)
    day, left = local.date(), duration.business_days
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return datetime.combine(day, local.timetz().replace(tzinfo=None), tzinfo=zone).astimezone(UTC)
