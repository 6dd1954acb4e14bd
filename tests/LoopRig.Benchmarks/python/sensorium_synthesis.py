"""
Steps of the 2019 inception-loop recipe on the Sensorium 2022 baseline (images alone) in eager PyTorch: 64 images, each for a neuron of its own.

All forms fold the batch norms, ask for no gradient of weights, and low-pass, scale, blur and clip alike; they differ in the memory layout, in whether the images go
through the network together or one by one, and - by the options - in whether all neurons are read out for each image, as the public toolkits do, or the target alone.
"""
import math

import torch
from torch.nn import functional as F

from xu import scale_and_offset, then_norm


class Core:
    def __init__(self, weights, layout):
        self.layout = layout
        core = "core.features.layer"
        laid = lambda weight, bias=None: (weight.contiguous(memory_format=layout), bias)
        channels = weights[core + "0.conv.weight"].shape[0]
        zeros = torch.zeros(channels)
        self.channels = channels
        self.first = laid(*then_norm(weights[core + "0.conv.weight"], zeros, *scale_and_offset(weights, core + "0.norm")))
        self.separable = []
        for layer in (1, 2, 3):
            prefix = f"{core}{layer}.ds_conv."
            out = then_norm(weights[prefix + "out_depth_conv.weight"], zeros, *scale_and_offset(weights, f"{core}{layer}.norm"))
            self.separable.append((laid(weights[prefix + "in_depth_conv.weight"]), laid(weights[prefix + "spatial_conv.weight"]), laid(*out)))

    def __call__(self, image):
        x = F.elu(F.conv2d(image.contiguous(memory_format=self.layout), *self.first))
        for into, spatial, out in self.separable:
            x = F.conv2d(F.conv2d(x, *into), *spatial, padding=3, groups=self.channels)
            x = F.elu(F.conv2d(x, *out))
        return x


class Readout:
    def __init__(self, weights, units, everything):
        readout = {name.split(".", 2)[2]: value for name, value in weights.items() if name.startswith("readout.")}
        hidden = F.elu(F.linear(readout["source_grid"], readout["mu_transform.0.weight"], readout["mu_transform.0.bias"]))
        self.position = torch.tanh(F.linear(hidden, readout["mu_transform.2.weight"], readout["mu_transform.2.bias"]))
        self.features = readout["_features"][0, :, 0]  # C x U
        self.bias = readout["bias"]
        self.units, self.everything = units, everything

    def __call__(self, maps, first):
        """Maps of images first, first + 1 ... to the response of each one's own neuron."""
        count = maps.shape[0]
        own = self.units[first:first + count]
        if self.everything:
            sampled = F.grid_sample(maps, self.position.reshape(1, -1, 1, 2).expand(count, -1, 1, 2), align_corners=True)[..., 0]
            responses = F.elu((sampled * self.features).sum(1) + self.bias) + 1
            return responses[torch.arange(count), own]
        sampled = F.grid_sample(maps, self.position[own].reshape(-1, 1, 1, 2), align_corners=True)[:, :, 0, 0]
        return F.elu((sampled * self.features[:, own].t()).sum(1) + self.bias[own]) + 1


def fourier_gains(height, width, exponent):
    fy = torch.minimum(torch.arange(height), height - torch.arange(height)).float()
    fx = torch.minimum(torch.arange(width), width - torch.arange(width)).float()
    gains = 1 / torch.clamp((fx ** 2 + fy[:, None] ** 2) ** exponent, min=1)
    return (gains / gains.mean())[:, :width // 2 + 1]


def blur_matrix(n, sigma):
    reach = math.ceil(4 * sigma)
    at = torch.arange(n)[:, None] + torch.arange(-reach, reach + 1)
    at = torch.remainder(at, 2 * n)
    at = torch.where(at < n, at, 2 * n - 1 - at)
    kernel = torch.exp(-torch.arange(-reach, reach + 1).double() ** 2 / (2 * sigma ** 2))
    return torch.zeros(n, n, dtype=torch.float64).scatter_add_(1, at, (kernel / kernel.sum()).expand(n, -1)).float()


def form(weights, batch, options, layout, together):
    core, readout = Core(weights, layout), Readout(weights, batch["units"], options["everything"])
    x = batch["stimulus"].clone()
    count, _, height, width = x.shape
    gains = fourier_gains(height, width, options["exponent"])
    steps, done = options["steps"], 0

    def gradient():
        if together:
            leaf = x.detach().requires_grad_()
            scores = readout(core(leaf), 0)
            return torch.autograd.grad(scores.sum(), leaf)[0], scores.sum().item()
        parts, total = [], 0.0
        for n in range(count):
            leaf = x[n:n + 1].detach().requires_grad_()
            score = readout(core(leaf), n)
            parts.append(torch.autograd.grad(score.sum(), leaf)[0])
            total += score.item()
        return torch.cat(parts), total

    def step():
        nonlocal x, done
        direction, score = gradient()
        with torch.no_grad():
            along = lambda key: options[key][0] + (options[key][1] - options[key][0]) * done / steps
            direction = torch.fft.irfft2(torch.fft.rfft2(direction) * gains, (height, width))
            direction = direction / direction.abs().mean((1, 2, 3), keepdim=True)
            x = x + along("rate") * direction
            sigma = along("blur")
            if sigma >= 0.15:
                x = blur_matrix(height, sigma) @ (x @ blur_matrix(width, sigma).t())
            x = x.clamp(*options["range"])
        done += 1
        return -score
    return step


def forms(weights, batch, options):
    torch.set_grad_enabled(True)
    layouts = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}
    return {f"batch norm folded, {name}, {'together' if together else 'one by one'}": form(weights, batch, options, layouts[name], together)
            for name in layouts for together in (True, False)}
