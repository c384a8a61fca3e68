"""What the model is asked: instructions from files, and the prompt around them."""

from webgen_r1.instructions import load_instructions
from webgen_r1.prompts.system import chat, messages, system_prompt

__all__ = ["chat", "load_instructions", "messages", "system_prompt"]
