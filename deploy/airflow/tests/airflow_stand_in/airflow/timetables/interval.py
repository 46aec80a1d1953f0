"""Timetables of the stand-in for Airflow."""


class CronDataIntervalTimetable:
    """A cron expression, whose runs cover the time since the one before."""

    def __init__(self, cron, timezone):
        self.cron = cron
        self.timezone = timezone
