"""ONNX Runtime without its telemetry; no other file imports it.

Since 1.31 (read in the library, 2026-11) it reports its use to its maker, and keeps a database of
such reports in the home folder, unless this variable is set before it is loaded. Nothing that is
asked here may leave the machine, so it is set here, and a test watches the home folder.
"""

import os
from types import ModuleType

OFF = {"ORT_DISABLE_TELEMETRY": "1"}
os.environ.update(OFF)

import onnxruntime  # noqa: E402

__all__ = ["OFF", "conversion_tools", "onnxruntime"]


def conversion_tools() -> tuple[ModuleType, ModuleType]:
    """The library's optimizer and quantization modules, which only the conversion needs."""
    from onnxruntime import quantization
    from onnxruntime.transformers import optimizer

    return optimizer, quantization
