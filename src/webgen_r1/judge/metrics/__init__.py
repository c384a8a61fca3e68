"""Measurements behind the design judge, one small module per question.

Metrics of one page take a `Look`; metrics of the site take all of them.
"""
