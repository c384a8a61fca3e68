"""What GRPO teaches, told whole: evaluate, train, evaluate again, and put the two side by side.

policy ─► before ─┐
   └─► train ─► during, after ─► numbers (`learning.json`) ─► report.html, figures, table.md
"""
