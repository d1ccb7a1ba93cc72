"""The rooms that know Streamlit: forms, sessions, live components, the parts of pages."""
