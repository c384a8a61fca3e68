"""What the model is asked: instructions from files, and the prompt around them."""

from webgen_r1.prompts.system import chat, messages, system_prompt

__all__ = ["chat", "messages", "system_prompt"]
