"""A prompt in, a completion out: any OpenAI-compatible endpoint, or a model on this machine."""

from __future__ import annotations

from webgen_r1.generate.config import GenerateConfig
from webgen_r1.generate.fake import FakeGenerator
from webgen_r1.protocols import Generator

__all__ = ["FakeGenerator", "GenerateConfig", "make_generator"]


def make_generator(config: GenerateConfig) -> Generator:
    """The generator that the settings name. Raises UserError for a missing key or extra."""
    if config.endpoint:
        # The client library is slow to import and only this generator needs it.
        from webgen_r1.generate.endpoint import EndpointGenerator

        return EndpointGenerator(config)
    from webgen_r1.generate.local import LocalGenerator

    return LocalGenerator(config)
