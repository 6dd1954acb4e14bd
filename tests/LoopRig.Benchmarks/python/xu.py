"""
Eager forms of the Xu et al. 2023 network (GRU_k with shifter) in evaluation mode, one prediction a step.

All fold the batch norms into their neighbours, as anyone who serves the network would, and differ in what is open to taste: the memory layout,
how the sampling grid is made, how the recurrent part is written. The letters: K frames in the window, N units.
"""
import math

import torch
from torch.nn import functional as F

COMMON = "batch norm folded, "  # to every form
HEIGHT, WIDTH = 60, 80
# The published code passes (rows, columns) where (x, y) is meant; its networks were trained so.
CENTRE_X, CENTRE_Y = 30.0, 40.0


def scale_and_offset(weights, name, eps=1e-5):
    """A batch norm in evaluation mode as y = scale * x + offset."""
    scale = weights[name + ".weight"] / torch.sqrt(weights[name + ".running_var"] + eps)
    return scale, weights[name + ".bias"] - scale * weights[name + ".running_mean"]


def norm_then_linear(weights, norm, linear):
    scale, offset = scale_and_offset(weights, norm)
    weight = weights[linear + ".weight"]
    return weight * scale, weights[linear + ".bias"] + weight @ offset


def then_norm(weight, bias, scale, offset):
    return weight * scale.reshape(-1, *[1] * (weight.dim() - 1)), bias * scale + offset


class Xu:
    """The folded network. `grid` is 'affine_grid' or 'cached base'; `recurrent` is 'torch.gru' or 'cells'."""

    def __init__(self, weights, frames, layout, grid, recurrent):
        self.frames, self.layout, self.grid, self.recurrent = frames, layout, grid, recurrent
        self._fold_shifter(weights)
        self._fold_encoders(weights)
        self._fold_recurrent(weights)
        y, x = torch.meshgrid(torch.linspace(-1, 1, HEIGHT), torch.linspace(-1, 1, WIDTH), indexing="ij")
        self.base = torch.stack((x, y, torch.ones_like(x)), 2).reshape(1, -1, 3)

    def _fold_shifter(self, weights):
        self.first, self.first_bias = then_norm(
            *norm_then_linear(weights, "shifter.layers.0", "shifter.layers.1"), *scale_and_offset(weights, "shifter.layers.2"))
        self.second, self.second_bias = then_norm(
            weights["shifter.layers.4.weight"], weights["shifter.layers.4.bias"], *scale_and_offset(weights, "shifter.layers.5"))
        # Five outputs s -> q = s * q_scale + q_bias = [1, hx - cx - dx, hy - cy - dy, angle, angle - pi/2], so that everything
        # the warp needs comes from one cosine, one outer product and one small matrix product (see _warp).
        weight, bias, shift = weights["shifter.layers.7.weight"], weights["shifter.layers.7.bias"], weights["shifter.bias"]
        half_x, half_y = (WIDTH - 1) / 2, (HEIGHT - 1) / 2
        self.last = torch.cat((torch.zeros(1, 256), weight, weight[2:]))
        self.last_bias = torch.cat((torch.zeros(1), bias, bias[2:]))
        per_x, per_y, per_angle = WIDTH / 5.5, HEIGHT / 5.5, math.pi / 4
        self.q_scale = torch.tensor([0, -per_x, -per_y, per_angle, per_angle])
        self.q_bias = torch.tensor([
            1, half_x - CENTRE_X - per_x * shift[0], half_y - CENTRE_Y - per_y * shift[1],
            per_angle * shift[2], per_angle * shift[2] - math.pi / 2])
        # Of the outer product [cos, sin] x [1, ux, uy] to the affine map of normalised coordinates, row by row.
        ratio = half_y / half_x
        to_theta = torch.zeros(6, 6)
        to_theta[0, 0] = 1               # cos
        to_theta[3, 1] = ratio           # sin * hy / hx
        to_theta[1, 2] = 1 / half_x      # cos * ux / hx
        to_theta[5, 2] = 1 / half_x      # sin * uy / hx
        to_theta[3, 3] = -1 / ratio      # -sin * hx / hy
        to_theta[0, 4] = 1               # cos
        to_theta[4, 5] = -1 / half_y     # -sin * ux / hy
        to_theta[2, 5] = 1 / half_y      # cos * uy / hy
        self.to_theta = to_theta
        self.theta_bias = torch.tensor([0, 0, CENTRE_X / half_x - 1, 0, 0, CENTRE_Y / half_y - 1])

    def _fold_encoders(self, weights):
        self.convolutions = []
        for convolution, norm in ((0, 1), (4, 5), (8, 9)):
            prefix = f"visual_encoder.layers.{convolution}"
            weight, bias = then_norm(
                weights[prefix + ".weight"], weights[prefix + ".bias"], *scale_and_offset(weights, f"visual_encoder.layers.{norm}"))
            self.convolutions.append((weight.contiguous(memory_format=self.layout), bias))
        self.visual, self.visual_bias = weights["visual_encoder.layers.13.weight"], weights["visual_encoder.layers.13.bias"]
        self.behaviour, self.behaviour_bias = norm_then_linear(weights, "behav_encoder.layers.0", "behav_encoder.layers.1")

    def _fold_recurrent(self, weights):
        scale, offset = scale_and_offset(weights, "bn")
        units = self.visual.shape[0]
        weight = weights["lstm_net.weight_ih_l0"]
        self.input_weight = weight * scale.repeat_interleave(units)
        self.input_bias = weights["lstm_net.bias_ih_l0"] + weight @ offset.repeat_interleave(units)
        self.hidden_weight, self.hidden_bias = weights["lstm_net.weight_hh_l0"], weights["lstm_net.bias_hh_l0"]
        self.output, self.output_bias = weights["fc.weight"], weights["fc.bias"]
        self.hidden = self.hidden_weight.shape[1]
        self.zero = torch.zeros(1, 1, self.hidden)

    def fuse(self, image, behaviour, pose):
        """(K,1,60,80), (K,66) and (K,4) to the fused vectors (K, 3N)."""
        v = self._see(self._warp(image, pose))
        b = F.linear(behaviour, self.behaviour, self.behaviour_bias)
        return torch.cat((v, b, v * b), 1)

    def predict(self, fused):
        """The fused vectors of the window (K, 3N) to the units' rates (1, N)."""
        state = self._run_gru(fused) if self.recurrent == "torch.gru" else self._run_cells(fused)
        return F.softplus(F.linear(state, self.output, self.output_bias))

    def _warp(self, image, pose):
        s = torch.tanh(F.linear(pose, self.first, self.first_bias))
        s = torch.tanh(F.linear(s, self.second, self.second_bias))
        s = torch.tanh(F.linear(s, self.last, self.last_bias))
        q = torch.addcmul(self.q_bias, s, self.q_scale)
        turned = torch.cos(q[:, 3:]).unsqueeze(2) * q[:, :3].unsqueeze(1)
        theta = torch.addmm(self.theta_bias, turned.reshape(-1, 6), self.to_theta).reshape(-1, 2, 3)
        if self.grid == "affine_grid":
            grid = F.affine_grid(theta, image.shape, align_corners=True)
        else:
            grid = torch.matmul(self.base, theta.transpose(1, 2)).reshape(-1, HEIGHT, WIDTH, 2)
        return F.grid_sample(image, grid, "bilinear", "zeros", align_corners=True)

    def _see(self, image):
        x = image.contiguous(memory_format=self.layout)
        for weight, bias in self.convolutions:
            x = F.conv2d(x, weight, bias, stride=2).relu_()
        return F.linear(x.flatten(1), self.visual, self.visual_bias)

    def _run_gru(self, fused):
        _, state = torch.gru(
            fused.unsqueeze(1), self.zero, [self.input_weight, self.hidden_weight, self.input_bias, self.hidden_bias],
            True, 1, 0.0, False, False, False)
        return state[0]

    def _run_cells(self, fused):
        gates = F.linear(fused, self.input_weight, self.input_bias)
        # The state starts at zero, so the first cell needs no product with it.
        state = self._cell(gates[:1], self.hidden_bias.unsqueeze(0), None)
        for k in range(1, self.frames):
            state = self._cell(gates[k:k + 1], F.linear(state, self.hidden_weight, self.hidden_bias), state)
        return state

    def _cell(self, i, h, state):
        n = self.hidden
        reset_update = torch.sigmoid(i[:, :2 * n] + h[:, :2 * n])
        candidate = torch.tanh(torch.addcmul(i[:, 2 * n:], reset_update[:, :n], h[:, 2 * n:]))
        update = reset_update[:, n:]
        return candidate - update * candidate if state is None else torch.lerp(candidate, state, update)


class Whole:
    """Computes all K frames of the window in every step, as the published code does."""

    def __init__(self, network, inputs):
        self.network, self.inputs = network, inputs

    def step(self, t):
        # A slice of the preloaded sequence is contiguous: the window costs no copy.
        return self.network.predict(self.network.fuse(*(x[t:t + self.network.frames] for x in self.inputs)))


class Cached:
    """Keeps the fused vectors of the past K-1 frames and computes only the newest; the GRU re-runs over the window."""

    def __init__(self, network, inputs):
        self.network, self.inputs = network, inputs
        self.past, self.next = None, None

    def step(self, t):
        newest = t + self.network.frames - 1
        if self.next != t:
            self.past = self.network.fuse(*(x[t:newest] for x in self.inputs))
        window = torch.cat((self.past, self.network.fuse(*(x[newest:newest + 1] for x in self.inputs))))
        self.past, self.next = window[1:], t + 1
        return self.network.predict(window)


def variants(weights, inputs, options):
    """The eager forms by variant and name: 'reference' computes all frames of the window, 'cached' only the newest."""
    frames = options["frames"]
    sequences = tuple(inputs[name] for name in ("image", "behaviour", "shifter"))
    layouts = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}
    networks = {
        f"{layout}, {grid}, {recurrent}": Xu(weights, frames, layouts[layout], grid, recurrent)
        for layout in layouts for grid in ("affine_grid", "cached base grid") for recurrent in ("torch.gru", "cells")}
    result = {"reference": {name: Whole(network, sequences) for name, network in networks.items()}}
    if frames > 1:
        result["cached"] = {name: Cached(network, sequences) for name, network in networks.items()}
    return result, len(sequences[0]) - frames + 1
