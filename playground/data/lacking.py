"""What is said where data are not there."""


class DataError(Exception):
    """A file of a data set is missing or damaged; the message names it."""


class MissingDataError(DataError, ValueError):
    """Data that must be fetched or brought first; the message names them."""
