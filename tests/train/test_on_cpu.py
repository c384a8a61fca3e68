"""How torch is run where there is no GPU."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

pytest.importorskip("torch", reason="needs the [train] extra")

import torch

from webgen_r1.train.run import on_cpu

pytestmark = pytest.mark.train

MIB = 1 << 20

KEPT_OF_A_TENSOR = """
from contextlib import nullcontext
import psutil
import torch
from webgen_r1.train.run import on_cpu

with {context}:
    before = psutil.Process().memory_info().rss
    torch.ones({size}, dtype=torch.uint8)
    print(psutil.Process().memory_info().rss - before)
"""


def kept(context: str, size: int) -> int:
    """Bytes that stay when a tensor of so many is freed, in a process of its own: what malloc was
    told once holds to the end."""
    code = KEPT_OF_A_TENSOR.format(context=context, size=size)
    return int(subprocess.check_output([sys.executable, "-c", code]))


def test_the_threads_are_as_they_were_afterwards() -> None:
    before = torch.get_num_threads()
    with on_cpu(before + 1):
        assert torch.get_num_threads() == before + 1
    with on_cpu(None):
        assert torch.get_num_threads() == before
    assert torch.get_num_threads() == before


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="of glibc alone")
@pytest.mark.skipif(torch.cuda.is_available(), reason="left alone beside a GPU")
def test_the_memory_of_a_freed_tensor_is_kept() -> None:
    size = 256 * MIB
    assert kept("nullcontext()", size) < size / 2
    assert kept("on_cpu(1)", size) > size / 2
