"""Files that hang, crash or use up memory end in a status, and those after them are still read."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path, PurePath

import bad_files
import psutil
import pytest

from ingest.loaded import Block, BlockKind, LoadedFile
from ingest.reading import FILE_BYTES, Reader, ReadResult
from ingest.statuses import FileStatus, reason
from ingest.wire import WireError, decode_file, encode_file
from vectorstore.settings import Settings

ROOT = Path(__file__).parents[1]
SLOW = "slow.docx", bad_files.docx_bomb(120_000)  # several seconds of work


def settings(**given: object) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[call-arg,arg-type]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(settings(parse_seconds=60, parse_memory_mb=600)) as one:
        yield one


def assert_reads(reader: Reader) -> None:
    """Good files of every kind land."""
    for name, data in bad_files.GOOD.items():
        result = reader.read(name, data)
        assert result.status is FileStatus.READ and result.file and bad_files.PROSE[0] in result.file.text


def test_a_file_comes_through_the_pipe_as_it_was_loaded(reader: Reader) -> None:
    from ingest.loaders import load

    for name, data in bad_files.GOOD.items():
        assert reader.read(name, data).file == load(PurePath(name).suffix, data)


def test_one_process_reads_many_files(reader: Reader) -> None:
    assert_reads(reader)
    pid = reader.worker_pid
    assert_reads(reader)
    assert reader.worker_pid == pid


BAD = {
    "bomb.pdf": (bad_files.pdf_bomb, {FileStatus.OUT_OF_MEMORY, FileStatus.NO_TEXT}),
    "lines.pdf": (lambda: bad_files.text_bomb_pdf(300_000), {FileStatus.OUT_OF_MEMORY, FileStatus.TOO_LARGE}),
    "loop.pdf": (bad_files.page_loop_pdf, {FileStatus.DAMAGED}),
    "locked.pdf": (bad_files.encrypted_pdf, {FileStatus.ENCRYPTED}),
    "scan.pdf": (bad_files.empty_pdf, {FileStatus.NO_TEXT}),
    "cut.pdf": (lambda: bad_files.pdf()[:700], {FileStatus.DAMAGED}),
    "picture.pdf": (bad_files.png, {FileStatus.WRONG_TYPE}),
    "zip.docx": (lambda: bad_files.docx_with({"word/x.xml": b" " * 2**27}), {FileStatus.TOO_LARGE}),
    "entities.docx": (bad_files.entity_docx, {FileStatus.DAMAGED, FileStatus.NO_TEXT}),
    "deep.html": (bad_files.deep_html, {FileStatus.READ}),
    "nothing.txt": (lambda: b"", {FileStatus.EMPTY}),
    "blank.md": (lambda: b" \n ", {FileStatus.EMPTY}),
    "huge.txt": (lambda: bytes(FILE_BYTES + 1), {FileStatus.TOO_LARGE}),
    "table.xlsx": (bad_files.xlsx, {FileStatus.UNSUPPORTED}),
    "README": (lambda: b"ord", {FileStatus.UNSUPPORTED}),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_its_status_and_the_next_is_read(reader: Reader, name: str) -> None:
    make, expected = BAD[name]
    result = reader.read(name, make())
    assert result.status in expected, result.reason
    assert name in result.reason and "{" not in result.reason and len(result.reason) < 400
    assert reader.read("stod.txt", bad_files.GOOD["stod.txt"]).status is FileStatus.READ


def test_memory_is_limited() -> None:
    with Reader(settings(parse_memory_mb=256)) as reader:
        result = reader.read("list.md", b"- a\n" * 500_000)
        assert result.status is FileStatus.OUT_OF_MEMORY and "256 MB" in result.reason
        assert_reads(reader)


def test_a_file_that_takes_too_long_is_stopped() -> None:
    with Reader(settings(parse_seconds=1)) as reader:
        began = time.monotonic()
        result = reader.read(*SLOW)
        assert result.status is FileStatus.TIMEOUT and "1 seconds" in result.reason
        assert time.monotonic() - began < 5
        assert_reads(reader)


def test_processor_time_is_limited_for_each_file() -> None:
    with Reader(settings(parse_cpu_seconds=1)) as reader:
        for _ in range(2):
            result = reader.read(*SLOW)
            assert result.status is FileStatus.TIMEOUT and "processor time" in result.reason
        assert_reads(reader)


def read_in_thread(reader: Reader) -> tuple[threading.Thread, list[ReadResult]]:
    results: list[ReadResult] = []
    thread = threading.Thread(target=lambda: results.append(reader.read(*SLOW)))
    thread.start()
    return thread, results


def kill_when_busy(reader: Reader, number: int, other_than: int | None = None) -> int:
    while (pid := reader.worker_pid) in (None, other_than):
        time.sleep(0.01)
    assert pid
    time.sleep(0.3)
    os.kill(pid, number)
    return pid


def test_a_worker_that_was_killed_is_tried_once_more() -> None:
    with Reader(settings(parse_memory_mb=8000)) as reader:
        assert_reads(reader)
        thread, results = read_in_thread(reader)
        killed = kill_when_busy(reader, signal.SIGKILL)
        thread.join()
        assert results[0].status is FileStatus.READ and reader.worker_pid != killed


def test_a_file_whose_workers_are_killed_twice_has_crashed() -> None:
    with Reader(settings(parse_memory_mb=8000)) as reader:
        assert_reads(reader)
        thread, results = read_in_thread(reader)
        first = kill_when_busy(reader, signal.SIGKILL)
        kill_when_busy(reader, signal.SIGKILL, other_than=first)
        thread.join()
        assert results[0].status is FileStatus.CRASHED
        assert_reads(reader)


def test_a_crash_is_named() -> None:
    # Far from the memory limit, near which a signal means that memory ran out.
    with Reader(settings(parse_memory_mb=8000)) as reader:
        assert_reads(reader)
        thread, results = read_in_thread(reader)
        kill_when_busy(reader, signal.SIGSEGV)
        thread.join()
        assert results[0].status is FileStatus.CRASHED and "SIGSEGV" in results[0].reason
        assert_reads(reader)


def test_an_idle_worker_that_dies_is_not_noticed() -> None:
    with Reader(settings()) as reader:
        assert_reads(reader)
        assert reader.worker_pid
        os.kill(reader.worker_pid, signal.SIGKILL)
        assert_reads(reader)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """SIGINT raises KeyboardInterrupt, also in the background of a shell, where it is ignored."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_leaves_no_worker_and_no_half_reply() -> None:
    with Reader(settings()) as reader:
        assert_reads(reader)
        old = reader.worker_pid
        threading.Timer(0.3, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT]).start()
        with pytest.raises(KeyboardInterrupt):
            reader.read(*SLOW)
        assert reader.worker_pid is None and not psutil.pid_exists(old or 0)
        assert_reads(reader)


def test_closing_leaves_no_process() -> None:
    with Reader(settings()) as reader:
        assert_reads(reader)
        pid = reader.worker_pid
    assert pid and not psutil.pid_exists(pid)


@pytest.mark.parametrize("busy", [False, True])
def test_the_worker_dies_with_its_parent(busy: bool) -> None:
    program = (
        "import bad_files, os, signal, threading, time\n"
        "from ingest.reading import Reader\nfrom vectorstore.settings import Settings\n"
        "reader = Reader(Settings(_env_file=None))\nreader.read('a.txt', b'ord')\n"
        "print(reader.worker_pid, flush=True)\n"
        f"data = bad_files.docx_bomb(150_000) if {busy} else b'ord'\n"
        f"threading.Thread(target=lambda: reader.read('a.docx' if {busy} else 'a.txt', data)).start()\n"
        "time.sleep(0.5)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    pid = int(done.stdout)
    for _ in range(40):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its parent by two seconds")


def test_the_sandbox_ends_when_its_input_closes() -> None:
    arguments = [sys.executable, "-m", "ingest.sandbox", "500", "10", str(os.getpid())]
    done = subprocess.run(arguments, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
    assert done.returncode == 0 and b'"ready"' in done.stdout
    assert not may_separate() or b'"network":false' in done.stdout


def may_separate() -> bool:
    """Whether this machine lets a process have a network of its own (Linux, new user and network)."""
    program = "import ctypes; print(ctypes.CDLL(None).unshare(0x50000000))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    return done.stdout.strip() == "0"


def confined(program: str) -> str:
    """What a Python program prints that begins as the sandbox does."""
    head = "import os, socket, resource\nfrom ingest.confinement import *\n"
    head += "from ingest.sandbox import _claim_pipes\n"
    done = subprocess.run(
        [sys.executable, "-c", head + program], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_sandbox_has_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        program = "cut = {}\ntry: socket.create_connection(('127.0.0.1', {}), 2); print(cut, 'reached')\n"
        program += "except OSError: print(cut, 'refused')\n"
        if not may_separate():
            pytest.skip("this machine does not permit network namespaces")
        assert confined(program.format("cut_network()", port)) == "True refused"
        assert confined(program.format("None", port)) == "None reached"


def test_the_sandbox_writes_no_files_and_no_core_dumps(tmp_path: Path) -> None:
    target = tmp_path / "out"
    program = f"limit(500)\ntry: print(open({str(target)!r}, 'wb', buffering=0).write(b'x'))\n"
    program += "except OSError as error: print(error.strerror, resource.getrlimit(resource.RLIMIT_CORE))\n"
    assert confined(program) == "File too large (0, 0)"


def test_what_a_parser_prints_does_not_reach_the_pipe() -> None:
    program = "_, replies = _claim_pipes()\nprint('noise', flush=True)\nos.write(1, b'noise')\n"
    program += "replies.write(b'reply')\n"
    assert confined(program) == "reply"


def test_the_sandbox_loads_no_models_and_keeps_no_secrets(reader: Reader) -> None:
    program = "import sys, ingest.sandbox\n"
    program += "print(sorted({'torch', 'onnxruntime', 'chromadb', 'numpy'} & set(sys.modules)))"
    assert confined(program) == "[]"
    os.environ["UTBLICK_TEST_SECRET"] = "x"
    try:
        with Reader(settings()) as fresh:
            assert_reads(fresh)
            assert "UTBLICK_TEST_SECRET" not in psutil.Process(fresh.worker_pid).environ()
    finally:
        del os.environ["UTBLICK_TEST_SECRET"]


def test_a_reply_is_checked() -> None:
    good = encode_file(LoadedFile("två ord", (Block(BlockKind.PARAGRAPH, 0, 7),)))
    assert decode_file(good).text == "två ord"
    for part, value in {
        "blocks": [["paragraph", 3, 99, 0]], "text": None, "pages": [[1, 5, 2]], "warnings": [3],
        "properties": [], "structured": "yes",
    }.items():  # fmt: skip
        with pytest.raises(WireError):
            decode_file({**good, part: value})
    for blocks in ([["p", 0, 1, 0]], [["row", 3, 4, 0], ["row", 0, 1, 0]], [["row", 2, 2, 0]], 7):
        with pytest.raises(WireError):
            decode_file({**good, "blocks": blocks})


def test_every_status_has_words() -> None:
    for status in FileStatus:
        assert "a.pdf" in reason(status, "a.pdf", "detail") and "{" not in reason(status, "a.pdf")


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The data cut, with a stretch repeated or lost, or with some bytes changed."""
    changed = bytearray(data)
    kind, at = chance.randrange(4), chance.randrange(len(data))
    if kind == 0:
        return data[:at]
    if kind == 1:
        del changed[at : at + chance.randrange(1, 200)]
    elif kind == 2:
        changed[at:at] = data[max(0, at - 300) : at] * chance.randrange(1, 20)
    for _ in range(chance.randrange(1, 30)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def test_mutations_of_good_files_all_get_a_status(reader: Reader) -> None:
    chance = random.Random(20210)
    before, began = psutil.Process().memory_info().rss, time.monotonic()
    for round_ in range(20):
        for name, data in bad_files.GOOD.items():
            result = reader.read(name, mutated(data, chance))
            assert result.status is FileStatus.READ or result.reason, (round_, name)
            assert (result.file is not None) == (result.status is FileStatus.READ)
    assert time.monotonic() - began < 60
    assert psutil.Process().memory_info().rss - before < 50 * 2**20
    assert_reads(reader)
