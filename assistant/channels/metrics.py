"""Counts and times for Prometheus: no names, no texts, only numbers."""

from collections import Counter
from threading import Lock

from assistant.answers import AnswerStatus

BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """What has been answered since the process started."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: Counter[str] = Counter({status.value: 0 for status in AnswerStatus})
        self._buckets: Counter[float] = Counter()
        self._responses: Counter[int] = Counter()
        self._seconds = 0.0

    def answered(self, status: AnswerStatus, seconds: float) -> None:
        """Count one answer and the time it took."""
        with self._lock:
            self._answers[status.value] += 1
            self._seconds += seconds
            self._buckets.update(bound for bound in BOUNDS if seconds <= bound)

    def responded(self, code: int) -> None:
        """Count one HTTP response."""
        with self._lock:
            self._responses[code] += 1

    def text(self) -> str:
        """Everything in the Prometheus text format."""
        with self._lock:
            total = sum(self._answers.values())
            answers = [f'_total{{status="{status}"}} {n}' for status, n in sorted(self._answers.items())]
            seconds = [f'_bucket{{le="{bound}"}} {self._buckets[bound]}' for bound in BOUNDS]
            seconds += [f'_bucket{{le="+Inf"}} {total}', f"_sum {self._seconds:.6f}", f"_count {total}"]
            responses = [f'_total{{code="{code}"}} {n}' for code, n in sorted(self._responses.items())]
        lines = _family("utblick_answers", "counter", "Answers by status.", answers)
        lines += _family("utblick_answer_seconds", "histogram", "From question to whole answer.", seconds)
        lines += _family("utblick_http_responses", "counter", "HTTP responses by code.", responses)
        return "\n".join(lines) + "\n"


def _family(name: str, kind: str, help: str, samples: list[str]) -> list[str]:
    # In the text format a counter's comments bear the name its samples have.
    described = f"{name}_total" if kind == "counter" else name
    comments = [f"# HELP {described} {help}", f"# TYPE {described} {kind}"]
    return comments + [name + sample for sample in samples]
