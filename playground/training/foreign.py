"""What is said to files of other programs that hold networks, and are not read."""

from __future__ import annotations

from pathlib import Path

# A pickle can run any program while it is read, so none is.
PYTORCH = (
    "This is a file of PyTorch's own kind, which can hold programs and is not read. Save the "
    'weights with safetensors.torch.save_file(model.state_dict(), "model.safetensors"), or the '
    "network with torch.onnx.export."
)
KERAS = (
    "This is a file of Keras', which is not read. Save the network with "
    'model.export("network.onnx", format="onnx").'
)
OTHERS = "This is a network in a format that is not read: convert it to ONNX."
PICKLE = (
    "This is a pickle, which can hold programs and is not read: save the network as ONNX (.onnx), "
    "scikit-learn's with skl2onnx.to_onnx."
)
WEIGHTS = "This holds weights alone: bring the .onnx file to which it belongs, too."
WORDS = {
    **dict.fromkeys((".pth", ".pt", ".ckpt", ".pt2"), PYTORCH),
    **dict.fromkeys((".h5", ".hdf5", ".keras"), KERAS),
    **dict.fromkeys((".pkl", ".pickle", ".joblib"), PICKLE),
    **dict.fromkeys((".pb", ".tflite", ".mlmodel", ".caffemodel", ".pdmodel"), OTHERS),
    **dict.fromkeys((".data", ".bin", ".weights"), WEIGHTS),
}


def words(name: str) -> str:
    """A sentence on how to save such a network instead; empty for a file of another kind."""
    return WORDS.get(Path(name).suffix.lower(), "")
