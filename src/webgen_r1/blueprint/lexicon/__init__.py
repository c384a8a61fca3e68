"""What the teacher knows about the world: topics, tables of sample content, words of features.

The YAML beside this file is the content (docs/blueprint.md says how to add to it).
"""

from webgen_r1.blueprint.lexicon.load import EntityTable, Lexicon, Topic, load

__all__ = ["EntityTable", "Lexicon", "Topic", "load"]
