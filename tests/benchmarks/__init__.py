"""Benchmarks: every figure is a ratio whose two sides ran in one run, interleaved.

``python packaging/dev.py bench [--large] [--only NAME] [--home DIR]``
"""
