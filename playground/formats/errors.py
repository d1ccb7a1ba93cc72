"""What can be wrong with a network on its way in or out."""


class FileError(ValueError):
    """A file that holds no network for us; the message is a sentence for whoever opened it."""


class ExportError(ValueError):
    """Why a network cannot be written for a target, in a sentence."""
