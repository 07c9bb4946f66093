"""Public holidays: what calendars ask of whoever keeps them."""

from collections.abc import Iterator, Mapping
from datetime import date


class PublicHolidays(Mapping[str, Mapping[date, str]]):
    """Days and their names by a region's code: a country's (PT), or a part's of one (DE-BY).

    This one knows of none.
    """

    def __getitem__(self, code: str) -> Mapping[date, str]:
        raise KeyError(code)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def region_of(self, time_zone: str) -> str:  # noqa: ARG002  # others know more
        """Return whose holidays most people in an IANA zone have; empty when none are known."""
        return ""

    def region_named(self, text: str) -> str:  # noqa: ARG002  # others know more
        """Return the code of a region that was typed as a code or a name.

        Raises:
            ValueError: There is none, or none whose holidays are known; the message says what is
                expected.
        """
        raise ValueError("nothing: no public holidays are known")

    def title(self, region: str) -> str:
        """Return what people call a region."""
        return region

    def parts(self, region: str) -> tuple[str, ...]:  # noqa: ARG002  # others know more
        """Return the codes of a country's parts that have holidays of their own."""
        return ()
