"""From a Snapshot to what a chart or a component draws: pure functions, no Streamlit."""
