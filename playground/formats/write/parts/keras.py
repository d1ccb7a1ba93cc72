"""What Keras lacks. Never imported: exported programs get copies of what they use.

Images are [N, height, width, channels].
"""

from keras import layers, ops


def local_response_norm(x, size, alpha=1e-4, beta=0.75, k=1.0):
    """Maps that fire at the same pixel dampen each other (Krizhevsky et al., 2012)."""
    channels = x.shape[-1]
    border = (size // 2, (size - 1) // 2)
    squares = ops.pad(ops.square(x), ((0, 0), (0, 0), (0, 0), border))
    total = sum(squares[..., i : i + channels] for i in range(size))
    return x / ops.power(k + alpha / size * total, beta)


def spread(x, stride, before, after):
    """Zeros between the pixels and around them: a convolution then stamps patterns."""
    height, width, channels = x.shape[1:]
    gaps = (0, stride - 1)
    x = ops.reshape(x, (-1, height, 1, width, 1, channels))
    x = ops.pad(x, ((0, 0), (0, 0), gaps, (0, 0), gaps, (0, 0)))
    x = ops.reshape(x, (-1, height * stride, width * stride, channels))
    x = x[:, : (height - 1) * stride + 1, : (width - 1) * stride + 1]
    border = (max(before, 0), max(after, 0))
    x = ops.pad(x, ((0, 0), border, border, (0, 0)))
    first = max(-before, 0)
    return x[:, first : x.shape[1] - max(-after, 0), first : x.shape[2] - max(-after, 0)]


def residual(x, filters, kernel_size, stride, batch_norm, activation, project, name):
    """Two convolutions whose result is added to their own input (He et al., 2016)."""

    def convolution(x, size, stride, conv, norm):
        if size > 1:
            x = layers.ZeroPadding2D(size // 2)(x)
        x = layers.Conv2D(
            filters, size, strides=stride, use_bias=not batch_norm, name=f"{name}_{conv}"
        )(x)
        if not batch_norm:
            return x
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_{norm}")(x)

    y = convolution(x, kernel_size, stride, "conv1", "bn1")
    y = convolution(layers.Activation(activation)(y), kernel_size, 1, "conv2", "bn2")
    shortcut = convolution(x, 1, stride, "shortcut_0", "shortcut_1") if project else x
    return layers.Activation(activation)(y + shortcut)


def inception(x, one, reduce3, three, reduce5, five, pool, activation, name):
    """Windows of three sizes and a pool, side by side (Szegedy et al., 2015)."""

    def convolution(x, filters, size, branch, activation=None):
        return layers.Conv2D(
            filters, size, padding="same", activation=activation, name=f"{name}_{branch}"
        )(x)

    reduced3 = convolution(x, reduce3, 1, "branch2_0", activation)
    reduced5 = convolution(x, reduce5, 1, "branch3_0", activation)
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    y = layers.Concatenate()(
        [
            convolution(x, one, 1, "branch1_0"),
            convolution(reduced3, three, 3, "branch2_2"),
            convolution(reduced5, five, 5, "branch3_2"),
            convolution(pooled, pool, 1, "branch4_1"),
        ]
    )
    return layers.Activation(activation)(y)


def leaky_relu(x):
    return ops.leaky_relu(x, 0.01)


def gaussian(x):
    return ops.exp(-x * x)
