"""DAG, operators and retry policies of the stand-in for Airflow."""

import logging
import re
from datetime import timedelta

from airflow import VERSION

_EXPRESSION = re.compile(r"\{\{(.*?)\}\}")
_open_dags = []


class DAG:
    """Tasks and their order."""

    def __init__(self, dag_id, *, schedule=None, start_date=None, catchup=False, max_active_runs=16,
                 user_defined_macros=None, tags=None):
        self.dag_id = dag_id
        self.schedule = schedule
        self.start_date = start_date
        self.catchup = catchup
        self.max_active_runs = max_active_runs
        self.user_defined_macros = user_defined_macros or {}
        self.tags = tags or []
        self.task_dict = {}

    def __enter__(self):
        _open_dags.append(self)
        return self

    def __exit__(self, *_):
        _open_dags.pop()

    def topological_sort(self):
        """The tasks, each after those that it waits for."""
        done = []

        def visit(task):
            for upstream in task.upstream:
                visit(upstream)
            if task not in done:
                done.append(task)

        for task in self.task_dict.values():
            visit(task)
        return done


class BaseOperator:
    """A task of a DAG."""

    template_fields = ()

    def __init__(self, *, task_id, retries=0, retry_delay=timedelta(minutes=5), **kwargs):
        self.retry_policy = kwargs.pop("retry_policy", None) if VERSION >= (3, 3) else None
        if kwargs:
            raise TypeError(f"Invalid arguments were passed to {type(self).__name__}: {sorted(kwargs)}")
        self.task_id = task_id
        self.retries = retries
        self.retry_delay = retry_delay
        self.dag = _open_dags[-1]
        self.upstream = []
        self.log = logging.getLogger(f"stand-in.{task_id}")
        if task_id in self.dag.task_dict:
            raise ValueError(f"task {task_id} is there twice")
        self.dag.task_dict[task_id] = self

    def __rshift__(self, other):
        other.upstream.append(self)
        return other

    def render_template_fields(self, context):
        """Replaces {{ expressions }}; a value of None for a variable is an error, as it would be unset."""
        names = {**self.dag.user_defined_macros, **context}
        for field in self.template_fields:
            setattr(self, field, _rendered(getattr(self, field), names))

    def execute(self, context):
        raise NotImplementedError


def _rendered(value, names):
    if isinstance(value, str):
        return _EXPRESSION.sub(lambda match: str(eval(match.group(1).strip(), {}, names)), value)
    if isinstance(value, (list, tuple)):
        return type(value)(_rendered(one, names) for one in value)
    if isinstance(value, dict):
        return {key: _rendered(one, names) for key, one in value.items()}
    return value


if VERSION >= (3, 2):
    from airflow.timetables.interval import CronDataIntervalTimetable  # noqa: F401

if VERSION >= (3, 3):
    import enum
    from dataclasses import dataclass

    class RetryAction(enum.Enum):
        """What a retry policy may ask for."""

        RETRY = "retry"
        FAIL = "fail"
        DEFAULT = "default"

    @dataclass(frozen=True)
    class RetryDecision:
        """An answer of a retry policy."""

        action: RetryAction = RetryAction.DEFAULT
        retry_delay: timedelta | None = None
        reason: str | None = None

        @classmethod
        def fail(cls, reason=None):
            return cls(RetryAction.FAIL, None, reason)

        @classmethod
        def retry(cls, delay=None, reason=None):
            return cls(RetryAction.RETRY, delay, reason)

        @classmethod
        def default(cls):
            return cls()

    class RetryPolicy:
        """Decides after a failed attempt."""

        def evaluate(self, exception, try_number, max_tries, context=None):
            raise NotImplementedError

        def serialize(self):
            raise NotImplementedError
