"""What the model is asked: instructions from files, and the prompt around them."""

from webgen_r1.prompts.instructions import load_instructions
from webgen_r1.prompts.system import messages, system_prompt

__all__ = ["load_instructions", "messages", "system_prompt"]
