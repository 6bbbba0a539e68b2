"""Home."""

import streamlit as st

st.title("Inductive Playground")
