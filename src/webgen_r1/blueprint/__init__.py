"""`blueprint`, the teacher that needs no model: from an instruction to a website by composition.

    instruction ─► read: Brief ─► compose: SitePlan ─► write: completion for `vite-react-kit`

What it knows about the world is data, in lexicon/. The same instruction, seed and size give
the same website.
"""
