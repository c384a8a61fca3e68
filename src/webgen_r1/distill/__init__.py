"""Examples to learn from: ask a teacher, score what it writes, keep the best.

instructions ─► teacher: completions.jsonl ─► engine: traces.jsonl ─► select ─► dataset/
"""
