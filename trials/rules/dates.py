"""Arithmetic on calendar dates, the same for every rule of every trial."""

import calendar
from datetime import date


def completed_years(birth: date, on: date) -> int:
    """Age in completed years. A 29 February birthday falls on 1 March in other years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def months_before(day: date, months: int) -> date:
    """The same day of the month `months` calendar months earlier, or that month's last day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


def study_day(day: date, day1: date) -> int:
    """CDISC study day: Day 1 is the first infusion, and there is no Day 0."""
    difference = (day - day1).days
    return difference + 1 if difference >= 0 else difference
