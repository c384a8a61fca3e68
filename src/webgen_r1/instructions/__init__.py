"""Instructions: where they come from, how they are parted, and what must not be trained on.

`clean` is imported from its own module: finding colours and comparing rows takes longer to
import than reading instructions should.
"""

from webgen_r1.instructions.load import load_instructions
from webgen_r1.instructions.splits import split

__all__ = ["load_instructions", "split"]
