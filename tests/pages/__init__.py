"""Tests of every page without a browser, by Streamlit's AppTest."""
