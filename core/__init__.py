"""The science of the Inductive Playground: torch and numpy, no Streamlit."""
