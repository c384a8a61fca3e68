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
PAGE = 4096

FAULTS_OF_LATER_TENSORS = """
import resource
from contextlib import nullcontext
import torch
from webgen_r1.train.run import on_cpu

def faults(size):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(size, dtype=torch.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

with {context}:
    faults({first})
    print(sum(faults({later}) for _ in range(4)))
"""


def faults(context: str) -> int:
    """In a process of its own: what malloc was told once holds to the end."""
    code = FAULTS_OF_LATER_TENSORS.format(context=context, first=64 * MIB, later=32 * MIB)
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
def test_later_tensors_get_the_pages_of_the_first() -> None:
    all_pages = 4 * 32 * MIB // PAGE
    assert faults("nullcontext()") > all_pages / 2
    assert faults("on_cpu(1)") < all_pages / 4
