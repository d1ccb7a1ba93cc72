"""Modules that PyTorch lacks. Never imported: exported programs get copies of what they use."""

import torch
import torch.nn.functional as F
from torch import nn


class Residual(nn.Module):
    """Two convolutions whose result is added to their own input (He et al., 2016)."""

    def __init__(self, channels, filters, kernel_size, stride, batch_norm, activation, project):
        super().__init__()
        half, bias = kernel_size // 2, not batch_norm
        self.conv1 = nn.Conv2d(channels, filters, kernel_size, stride, half, bias=bias)
        self.bn1 = nn.BatchNorm2d(filters) if batch_norm else nn.Identity()
        self.conv2 = nn.Conv2d(filters, filters, kernel_size, 1, half, bias=bias)
        self.bn2 = nn.BatchNorm2d(filters) if batch_norm else nn.Identity()
        self.shortcut = nn.Sequential()
        if project:
            self.shortcut.append(nn.Conv2d(channels, filters, 1, stride, bias=bias))
            if batch_norm:
                self.shortcut.append(nn.BatchNorm2d(filters))
        self.activation = activation

    def forward(self, x):
        y = self.activation(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return self.activation(y + self.shortcut(x))


class Inception(nn.Module):
    """Windows of three sizes and a pool, side by side (Szegedy et al., 2015)."""

    def __init__(self, channels, one, reduce3, three, reduce5, five, pool, activation):
        super().__init__()
        act = Function(activation)
        self.branch1 = nn.Sequential(nn.Conv2d(channels, one, 1))
        self.branch2 = nn.Sequential(
            nn.Conv2d(channels, reduce3, 1), act, nn.Conv2d(reduce3, three, 3, padding=1)
        )
        self.branch3 = nn.Sequential(
            nn.Conv2d(channels, reduce5, 1), act, nn.Conv2d(reduce5, five, 5, padding=2)
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1), nn.Conv2d(channels, pool, 1)
        )
        self.activation = activation

    def forward(self, x):
        branches = self.branch1, self.branch2, self.branch3, self.branch4
        return self.activation(torch.cat([branch(x) for branch in branches], 1))


class ColumnEmbedding(nn.Module):
    """Columns of words become learned numbers, others pass (Guo and Berkhahn, 2016).

    sizes: how many inputs each column of words takes; of columns that pass, below zero.
    """

    def __init__(self, sizes, numbers):
        super().__init__()
        self.sizes = sizes
        self.tables = nn.ModuleList(nn.Embedding(size, numbers) for size in sizes if size > 0)

    def forward(self, x):
        tables = iter(self.tables)
        parts = list(x.split([abs(size) for size in self.sizes], 1))
        for k, size in enumerate(self.sizes):
            if size > 0:
                parts[k] = parts[k] @ next(tables).weight
        return torch.cat(parts, 1)


class Sampling(nn.Module):
    """A code: the mean, or while training a draw around it (Kingma and Welling, 2014)."""

    def forward(self, x):
        mean, log_variance = x.chunk(2, 1)
        if not self.training:
            return mean
        return mean + torch.exp(log_variance / 2) * torch.randn_like(mean)


def last(y):
    """What each of two directions remembers after its last step, of [N, time, features]."""
    half = y.shape[2] // 2
    return torch.cat((y[:, -1, :half], y[:, 0, half:]), 1)


class Function(nn.Module):
    """A function as a module."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def gaussian(x):
    return torch.exp(-x * x)


def softmax(x):
    """Shares of 1: of the features of a row or a step of a sequence, or of a pixel's channels."""
    return F.softmax(x, 2 if x.ndim == 3 else 1)
