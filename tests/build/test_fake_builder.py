"""The builder that ships for tests."""

from __future__ import annotations

import pytest

from webgen_r1.build import FakeBuilder
from webgen_r1.errors import BuildInfraError
from webgen_r1.protocols import Builder
from webgen_r1.types import BuildResult, Project

ONE, OTHER = Project({"a": b"1"}), Project({"a": b"2"})
GOOD = BuildResult({"index.html": b"hi"}, progress=1.0)


async def test_it_is_a_builder_and_remembers() -> None:
    async with FakeBuilder() as builder:
        assert isinstance(builder, Builder)
        assert (await builder.build(ONE)).site == {"a": b"1"}
        assert builder.built == [ONE]


async def test_answers_by_value_digest_or_function() -> None:
    assert await FakeBuilder(GOOD).build(ONE) is GOOD
    assert await FakeBuilder({OTHER.digest: GOOD}).build(OTHER) is GOOD
    assert await FakeBuilder(lambda project: GOOD).build(ONE) is GOOD


async def test_infrastructure_failures_are_raised() -> None:
    with pytest.raises(BuildInfraError):
        await FakeBuilder(BuildInfraError("down")).build(ONE)
