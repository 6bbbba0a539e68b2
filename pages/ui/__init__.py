"""The only shared Streamlit code: runs, controls, player, lesson frame, take-home."""
