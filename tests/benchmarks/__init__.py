"""Measured times of the real app: `python -m tests.benchmarks` prints one table."""
