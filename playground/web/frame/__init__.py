"""What stands around every page: the server, the session, the desk, live components."""
