"""People as the directory tells of them: what they are, their names, their zones."""

import pytest

from bot.domain.time.time_zones import zone_named, zone_of_profile


@pytest.mark.parametrize(
    ("name", "offset", "zone"),
    [
        ("Europe/Berlin", 3600, "Europe/Berlin"),
        ("US/Pacific", -28800, "US/Pacific"),
        ("Europe/Kiev", 7200, "Europe/Kiev"),
        ("europe/lisbon", 0, "Europe/Lisbon"),
        ("Mars/Olympus", 7200, "Etc/GMT-2"),
        ("Mars/Olympus", -18000, "Etc/GMT+5"),
        ("Mars/Olympus", 19800, "Asia/Kolkata"),
        ("../../etc/passwd", 0, "UTC"),
        ("EST", -18000, "Etc/GMT+5"),
        ("", 0, "UTC"),
        ("\0", 123, "UTC"),
    ],
)
def test_a_profile_has_a_zone_that_clocks_know(name: str, offset: int, zone: str) -> None:
    assert zone_of_profile(name, offset) == zone


@pytest.mark.parametrize("name", ["EST", "est", "MST", "HST"])
def test_a_fixed_offset_that_sounds_like_a_place_is_no_zone(name: str) -> None:
    assert zone_named(name) is None
