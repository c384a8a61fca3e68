"""Running programs that a model wrote: confined, watched, and ended without trace."""

from webgen_r1.sandbox.bubblewrap import Bubblewrap
from webgen_r1.sandbox.container import Container
from webgen_r1.sandbox.fake import FakeSandbox
from webgen_r1.sandbox.find import find_sandbox
from webgen_r1.sandbox.home import Home
from webgen_r1.sandbox.node_worker import Ended, NodeProgram, NodeWorker, NoStartError
from webgen_r1.sandbox.process import Exceeded, SandboxedProcess
from webgen_r1.sandbox.spec import Sandbox, SandboxSpec
from webgen_r1.sandbox.unconfined import Unconfined
from webgen_r1.sandbox.usage import FAIR_SHARE, Usage, usage

__all__ = [
    "FAIR_SHARE",
    "Bubblewrap",
    "Container",
    "Ended",
    "Exceeded",
    "FakeSandbox",
    "Home",
    "NoStartError",
    "NodeProgram",
    "NodeWorker",
    "Sandbox",
    "SandboxSpec",
    "SandboxedProcess",
    "Unconfined",
    "Usage",
    "find_sandbox",
    "usage",
]
