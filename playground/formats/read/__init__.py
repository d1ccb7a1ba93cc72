"""Networks on their way in: weights from PyTorch, and networks from ONNX files.

Files may come from strangers: sizes are compared with what is there before memory is taken.
"""
