"""A language model as judge of a finished run: faithfulness and correctness, kept in the run's judge.json."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import prompts
from assistant.evaluation.errors import RunError
from assistant.evaluation.folder import RunFolder
from assistant.evaluation.judge_metrics import CALLS, METRICS, Unjudged, applicable, score
from assistant.evaluation.judge_model import JudgeError, Model, connect, version
from assistant.evaluation.results import Result
from assistant.evaluation.statistics import figure

FILE = "judge.json"

Progress = Callable[[int, int], None]


def _silent(_done: int, _all: int) -> None:
    pass


def judge(
    folder: RunFolder,
    model: str,
    *,
    address: str = "",
    workers: int = 4,
    progress: Progress = _silent,
    fresh: bool = False,
) -> dict[str, Any]:
    """Have `model` ("provider:name", at an OpenAI-compatible `address`) judge the run's answers.

    Goes on where an earlier judging was cut off, and asks again about what failed then; `fresh` starts
    anew. Returns what judge.json holds: model, host, ragas (its version), questions, finished, metrics
    (a Figure each), cases ({id: {metric: 0 to 1 or None}}) and failed ({id: reason}). What failed is in
    no figure. Runs an event loop of its own, so call it in a thread where one is running.
    Raises JudgeError where nothing can be judged; what was judged until then is kept.
    """
    asked = Model.of(model, address)
    judging = _begin(folder, asked, fresh)
    asyncio.run(judging.run(workers, progress))
    return judging.to_dict()


def read(folder: RunFolder) -> dict[str, Any] | None:
    """What judge.json holds; None where the run was not judged. A kill may have left it without figures."""
    path = folder.path / FILE
    if not path.is_file():
        return None
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found | {"metrics": found["metrics"] or _figures(found["cases"])}
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise JudgeError(f"{path} cannot be read ({error!r}); delete it to judge the run anew") from error


def leaves(folder: RunFolder, model: str, language: str, *, address: str = "", fresh: bool = False) -> str:
    """What is sent where when `judge` is called so, in a sentence or two; sends nothing itself."""
    asked = Model.of(model, address)
    cases = {} if fresh else (read(folder) or {}).get("cases", {})
    pending = [names for each in folder.results() if (names := _pending(each, cases))]
    calls = sum(CALLS[name] for names in pending for name in names)
    text = prompts.phrases("judge", language)["stays" if asked.is_here else "leaves"]
    return prompts.fill(text, count=len(pending), model=asked, host=asked.host, calls=calls)


@dataclass(slots=True)
class _Judging:
    folder: RunFolder
    model: Model
    by: dict[str, str]
    results: list[Result]
    cases: dict[str, dict[str, float | None]]
    failed: dict[str, str]
    stopped: JudgeError | None = None

    async def run(self, workers: int, progress: Progress) -> None:
        queue = iter([each for each in self.results if _pending(each, self.cases)])
        done = len(self.results) - sum(1 for each in self.results if _pending(each, self.cases))
        counted = iter(range(done, len(self.results) + 1))
        progress(next(counted), len(self.results))
        try:
            async with connect(self.model) as llm:
                working = (self._work(llm, queue, counted, progress) for _ in range(workers))
                await asyncio.gather(*working)
        finally:
            self.save()
        if self.stopped:
            raise self.stopped

    async def _work(
        self, llm: Any, queue: Iterator[Result], counted: Iterator[int], progress: Progress
    ) -> None:
        for result in queue:
            await self._judge(llm, result)
            if self.stopped:
                return
            self.save(with_figures=False)
            progress(next(counted), len(self.results))

    async def _judge(self, llm: Any, result: Result) -> None:
        case, reasons = result.case.id, []
        for name in _pending(result, self.cases):
            try:
                value = await score(llm, name, result, self.model)
            except Unjudged as why:
                reasons.append(f"{name}: {why}")
            except JudgeError as error:
                self.stopped = error
                return
            else:
                self.cases.setdefault(case, dict.fromkeys(METRICS))[name] = value
        self.failed.pop(case, None)
        if reasons:
            self.cases.setdefault(case, dict.fromkeys(METRICS))
            self.failed[case] = "; ".join(reasons)

    def save(self, with_figures: bool = True) -> None:
        text = json.dumps(self.to_dict(with_figures), ensure_ascii=False, indent=2)
        self.folder.write(FILE, text + "\n")

    def to_dict(self, with_figures: bool = True) -> dict[str, Any]:
        order = [each.case.id for each in self.results]
        pending = any(_pending(each, self.cases) and each.case.id not in self.failed for each in self.results)
        return {
            **self.by,
            "questions": len(self.results),
            "finished": not pending,
            "metrics": _figures(self.cases) if with_figures else {},
            "cases": {each: self.cases[each] for each in order if each in self.cases},
            "failed": {each: self.failed[each] for each in order if each in self.failed},
        }


def _begin(folder: RunFolder, model: Model, fresh: bool) -> _Judging:
    if not folder.finished:
        raise RunError(f"{folder.path} is not finished; run its question set again to go on with it")
    by = {"model": str(model), "host": model.host, "ragas": version()}
    model.key()
    earlier = None if fresh else read(folder)
    if earlier and (other := {name: earlier.get(name) for name in by}) != by:
        told = ", ".join(f"{name} {value}" for name, value in other.items())
        raise JudgeError(f"{folder.path} was judged by another ({told}); judge it with that, or start anew")
    earlier = earlier or {"cases": {}, "failed": {}}
    results = [each for each in folder.results() if applicable(each)]
    return _Judging(folder, model, by, results, earlier["cases"], earlier["failed"])


def _pending(result: Result, cases: Mapping[str, Mapping[str, float | None]]) -> list[str]:
    judged = cases.get(result.case.id, {})
    return [name for name in applicable(result) if judged.get(name) is None]


def _figures(cases: Mapping[str, Mapping[str, float | None]]) -> dict[str, Any]:
    values = {name: [v for each in cases.values() if (v := each[name]) is not None] for name in METRICS}
    return {name: asdict(figure(found)) for name, found in values.items() if found}
