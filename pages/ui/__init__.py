"""The only shared Streamlit code: runs, controls, player, lesson frame, take-home.

Begin with `bench.workbench`, the frame of a page, and `runs.Page`, what it remembers.
"""
