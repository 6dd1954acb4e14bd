"""
Eager forms of the foundation network (CvT-LSTM core; Wang et al. 2025), one frame a step, state carried from step to step.

All forms fold the weight standardisation, the attention's layout of weights, the stream average and the readout's positions beforehand, and keep the past
inputs of each causal convolution. They differ in the memory layout, in how a causal convolution over three frames is written, and in whether the streams run
one after another or as the groups of one set of calls.

Letters: S streams of a part, G groups of a stream, C channels of a stream, U units, P pixels of the core's map (16 x 24). Maps are (1, S C, H, W).
"""
import math

import torch
from torch.nn import functional as F

COMMON = "weights folded, "  # to every form
ROUNDS, STEPS_A_ROUND = 5, 2  # a step takes a tenth of a second
GELU = 1.7015043497085571
RETINA_DEGREES = 75.0


def standardised(weight, gain):
    """Each output's weights with mean 0 and norm `gain` (over inputs, frames and space)."""
    flat = weight.double().flatten(1)
    scale = torch.rsqrt(flat.var(1, unbiased=False) * flat.shape[1] + 1e-5)
    if gain is not None:
        scale = scale * gain.double().flatten()
    return ((flat - flat.mean(1, keepdim=True)) * scale[:, None]).float().reshape(weight.shape)


def between_groups(weight, gain):
    """A 1x1 kernel (C, C, 1, 1) whose group to itself is zero, of weights (G, G - 1, C/G outputs, C/G inputs)."""
    groups, _, size, _ = weight.shape
    flat = weight.double().permute(0, 2, 1, 3).reshape(groups * size, -1)  # an output: over source groups and inputs
    scale = torch.rsqrt(flat.var(1, unbiased=False) * flat.shape[1] + 1e-5) * gain.double().flatten()
    flat = ((flat - flat.mean(1, keepdim=True)) * scale[:, None]).float().reshape(groups, size, groups - 1, size)
    kernel = torch.zeros(groups, size, groups, size)
    for group in range(groups):
        others = [other for other in range(groups) if other != group]
        kernel[group][:, others] = flat[group]
    return kernel.reshape(groups * size, groups * size, 1, 1)


class Weights:
    """The parameters of some streams, folded; what belongs together is joined along the outputs."""

    def __init__(self, values, streams):
        self.values, self.streams = values, streams

    def conv(self, name, bias=True, gain=True, standard=True):
        kernels, biases = [], []
        for s in self.streams:
            weight = self.values[f"{name}.weights.{s}"]
            kernels.append(standardised(weight, self.values[f"{name}.gains.{s}"] if gain else None) if standard else weight)
            biases.append(self.values[f"{name}.biases.{s}"].flatten() if bias else None)
        return torch.cat(kernels), torch.cat(biases) if bias else None

    def joined(self, name):
        return torch.cat([self.values[f"{name}.{s}"].flatten() for s in self.streams])


def gelu(x):
    return F.gelu(x).mul_(GELU)


def group_cat(maps, groups):
    """Joins maps group by group."""
    return torch.cat([x.unflatten(1, (groups, -1)) for x in maps], 2).flatten(1, 2)


class CausalConvolution:
    """Over this frame and the two before it, which it keeps; a grouped kernel (O, C/G, 3, 3, 3)."""

    def __init__(self, kernel, bias, groups, form, layout):
        self.bias, self.groups, self.form, self.layout = bias, groups, form, layout
        if form == "conv3d":
            self.kernel = kernel.contiguous(memory_format=torch.channels_last_3d if layout == torch.channels_last else layout)
        elif form == "frames as channels":
            self.kernel = kernel.transpose(1, 2).flatten(1, 2).contiguous(memory_format=layout)
        else:
            # The frame's share in this output and in the two after it: nothing of the past is convolved again.
            outputs = kernel.shape[0] // groups
            shares = kernel.unflatten(0, (groups, outputs))
            self.kernel = torch.cat([shares[:, :, :, t] for t in (2, 1, 0)], 1).flatten(0, 1).contiguous(memory_format=layout)
            self.outputs = outputs
        self.past = None

    def reset(self):
        self.past = None

    def __call__(self, x):
        if self.form == "shares kept":
            return self.by_shares(x)
        if self.past is None:
            self.past = [torch.zeros_like(x), torch.zeros_like(x)]
        frames = [*self.past, x]
        self.past = frames[1:]
        if self.form == "conv3d":
            stacked = torch.stack(frames, 2)
            if self.layout == torch.channels_last:
                stacked = stacked.contiguous(memory_format=torch.channels_last_3d)
            return F.conv3d(stacked, self.kernel, self.bias, padding=(0, 1, 1), groups=self.groups)[:, :, 0]
        joined = torch.cat(frames, 1) if self.groups == 1 else group_cat(frames, self.groups)
        return F.conv2d(joined, self.kernel, self.bias, padding=1, groups=self.groups)

    def by_shares(self, x):
        now, next_, after = F.conv2d(x, self.kernel, None, padding=1, groups=self.groups).unflatten(1, (self.groups, 3, self.outputs)).unbind(2)
        if self.past is None:
            self.past = [torch.zeros_like(now), torch.zeros_like(now)]
        out = (now + self.past[0]).flatten(1, 2).add_(self.bias[:, None, None])
        self.past = [next_ + self.past[1], after]
        return out


class Core:
    """Feed-forward part and CvT-LSTM of some streams, run as groups."""

    def __init__(self, weights, temporal, layout):
        self.layout = layout
        streams = self.streams = len(weights.streams)
        laid_out = lambda conv: (conv[0].squeeze(2).contiguous(memory_format=layout), conv[1])
        forward = "core.feedforward."
        first = weights.conv(forward + "inputs.0", standard=False)
        self.first = laid_out(first)
        self.blocks = []
        for block in range(3):
            prefix = f"{forward}blocks.{block}."
            kernel = weights.values[f"{prefix}convs.0.weights.0"]
            groups = streams * (kernel.shape[0] // kernel.shape[1])
            convs = [CausalConvolution(*weights.conv(f"{prefix}convs.{i}"), groups, temporal, layout) for i in (0, 1)]
            skip = laid_out(weights.conv(f"{prefix}skips.1", bias=False))[0]
            after = laid_out(weights.conv(forward + (f"inputs.{block + 1}" if block < 2 else "out")))
            self.blocks.append((groups, convs, skip, 2 if block < 2 else 1, after))
        recurrent = "core.recurrent."
        values = weights.values
        self.between = torch.cat([between_groups(values[f"{recurrent}proj_x.0.weights.{s}"], values[f"{recurrent}proj_x.0.gains.{s}"]) for s in weights.streams]).contiguous(memory_format=layout)
        self.from_core = laid_out(weights.conv(recurrent + "proj_x.1"))
        self.from_modulation = weights.conv(recurrent + "proj_x.2", bias=False)[0].flatten(1)
        self.heads = values[recurrent + "scales.0"].shape[0]
        self.mix = laid_out(weights.conv(recurrent + "conv", bias=False, gain=False))[0]
        scales = weights.joined(recurrent + "scales")
        per_head = lambda name: weights.conv(recurrent + name, bias=False, gain=False)[0].flatten(1).unflatten(0, (streams * self.heads, -1))
        self.query_key_value = torch.cat([per_head(name) for name in ("proj_q", "proj_k", "proj_v")], 1).flatten(0, 1)[:, :, None, None].contiguous(memory_format=layout)
        self.scales = scales.reshape(streams * self.heads, -1, 1)
        gates = [weights.conv(recurrent + f"proj_{gate}") for gate in "ifog"]
        by_group = lambda x: x.unflatten(0, (streams * self.heads, -1))
        self.gates = (torch.cat([by_group(kernel) for kernel, _ in gates], 1).flatten(0, 1).squeeze(2).contiguous(memory_format=layout),
                      torch.cat([by_group(bias) for _, bias in gates], 1).flatten())
        self.out = laid_out(weights.conv(recurrent + "out"))
        self.reset()

    def reset(self):
        self.hidden = self.cell = None
        for _, convs, *_ in self.blocks:
            for conv in convs:
                conv.reset()

    def __call__(self, image, modulation):
        x = F.conv2d(F.pad(image, (2, 2, 2, 2), mode="replicate"), *self.first, stride=2).contiguous(memory_format=self.layout)
        for groups, (first, second), skip, pool, after in self.blocks:
            y = gelu(x)
            x1 = first(y)
            x2 = second(gelu(x1)).add_(F.conv2d(y, skip, groups=groups))
            x = group_cat((x, x1, x2), groups)
            if pool > 1:
                x = F.avg_pool2d(x, pool)
            x = F.conv2d(x, *after, groups=self.streams)
        return self.recur(x, modulation)

    def recur(self, features, modulation):
        streams, heads = self.streams, self.streams * self.heads
        bias = torch.bmm(self.from_modulation.unflatten(0, (streams, -1)), modulation.unsqueeze(2)).flatten()
        if self.hidden is None:
            like = features.new_zeros(1, self.from_core[0].shape[0], *features.shape[2:]).contiguous(memory_format=self.layout)
            self.hidden, self.cell = like, torch.zeros_like(like)
        x = F.conv2d(features, self.from_core[0], self.from_core[1] + bias, groups=streams)
        x = x.add_(F.conv2d(self.hidden, self.between, groups=streams)).tanh_()
        z = F.conv2d(group_cat((x, self.hidden), heads), self.mix, padding=1, groups=heads)
        query, key, value = F.conv2d(z, self.query_key_value, groups=heads).flatten(2).unflatten(1, (heads, 3, -1)).unbind(2)
        query = F.normalize(query[0], dim=1) * self.scales
        attention = torch.softmax(torch.bmm(query.transpose(1, 2), F.normalize(key[0], dim=1)), 2)
        attended = torch.bmm(value[0], attention.transpose(1, 2)).reshape(z.shape)
        gates = F.conv2d(group_cat((z, attended), heads), *self.gates, groups=heads).unflatten(1, (heads, 4, -1))
        i, f, o = torch.sigmoid(gates[:, :, :3]).unbind(2)
        cell = f.flatten(1, 2) * self.cell + (i * torch.tanh(gates[:, :, 3])).flatten(1, 2)
        self.cell, self.hidden = cell, o.flatten(1, 2) * torch.tanh(cell)
        return F.conv2d(self.hidden, *self.out, groups=streams)


class Perspective:
    """Eye position and monitor image to the retina's image."""

    def __init__(self, values):
        self.layers = []
        while f"perspective.mlp.linears.{len(self.layers)}.weights.0" in values:
            name = f"perspective.mlp.linears.{len(self.layers)}"
            weight = values[f"{name}.weights.0"]
            weight = standardised(weight, values[f"{name}.gains.0"]) if f"{name}.gains.0" in values else weight
            self.layers.append((weight.flatten(1), values[f"{name}.biases.0"].flatten()))
        self.rays = values["perspective.retina.grid"].reshape(-1, 3)
        self.shape = values["perspective.retina.grid"].shape[:2]
        self.centre = values["perspective.monitor.center"]
        self.axes = rotation(values["perspective.monitor.angle"])
        self.power = values["perspective.monitor_pixel.power"]
        self.scale, self.offset = values["perspective.monitor_pixel.scale"], values["perspective.monitor_pixel.offset"]
        self.retina_power = torch.sigmoid(values["perspective.retina_pixel.logit"])
        self.retina_scale, self.retina_offset = values["perspective.retina_pixel.scale"], values["perspective.retina_pixel.offset"]
        self.distance = self.axes[:, 2] @ self.centre
        # The rays to the monitor's own axes in one product: columns u, v and towards the plane.
        self.in_plane = self.axes[:, :2].t() @ self.centre

    def __call__(self, image, eye):
        hidden = eye
        for weight, bias in self.layers[:-1]:
            hidden = gelu(F.linear(hidden, weight, bias))
        turned = self.axes.t() @ rotation(F.linear(hidden, *self.layers[-1]).flatten())
        u, v, towards = (self.rays @ turned.t()).unbind(1)
        factor = self.distance / towards.clamp(min=1e-5)
        (height, width), (out_height, out_width) = image.shape[2:], self.shape
        column = width / (width - 1) * (out_width - 1) / out_width
        row = width / height * width / (width - 1) * (out_height - 1) / out_height
        grid = torch.stack(((factor * u - self.in_plane[0]) * column, (factor * v - self.in_plane[1]) * row), 1)
        shown = image.pow(self.power) * self.scale + self.offset
        seen = F.grid_sample(shown, grid.reshape(1, out_height, out_width, 2), align_corners=False)
        return (seen + 1e-5).pow(self.retina_power) * self.retina_scale + self.retina_offset


def rotation(angles):
    """Rz Ry Rx."""
    (cx, cy, cz), (sx, sy, sz) = torch.cos(angles).unbind(), torch.sin(angles).unbind()
    return torch.stack((
        cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx,
        sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx,
        -sy, cy * sx, cy * cx)).reshape(3, 3)


class Modulation:
    """The behaviour through an MLP and an LSTM a stream; all streams as one batch of products."""

    def __init__(self, weights):
        streams = len(weights.streams)
        by_stream = lambda x: x.flatten(1).unflatten(0, (streams, -1))
        kernel, bias = weights.conv("modulation.mlp.linears.0", standard=False)
        self.first = by_stream(kernel), bias.reshape(streams, -1, 1)
        gates = [weights.conv(f"modulation.lstm.proj_{gate}") for gate in "ifog"]
        self.kernel = torch.cat([by_stream(kernel) for kernel, _ in gates], 1)
        self.bias = torch.cat([bias.reshape(streams, -1, 1) for _, bias in gates], 1)
        self.reset()

    def reset(self):
        self.hidden = self.cell = self.bias.new_zeros(self.bias.shape[0], self.bias.shape[1] // 4, 1)

    def __call__(self, behaviour):
        u = gelu(torch.baddbmm(self.first[1], self.first[0], behaviour.reshape(1, -1, 1).expand(self.first[0].shape[0], -1, 1)))
        gates = torch.baddbmm(self.bias, self.kernel, torch.cat((u, self.hidden), 1)).unflatten(1, (4, -1))
        i, f, o = torch.sigmoid(gates[:, :3]).unbind(1)
        self.cell = f * self.cell + i * torch.tanh(gates[:, 3])
        self.hidden = o * torch.tanh(self.cell)
        return self.hidden.squeeze(2)


class Foundation:
    """The whole network; `streams` lists the parts, each of which runs its streams as groups."""

    def __init__(self, values, parts, temporal, layout, frames):
        self.frames, self.next = frames, 0
        self.perspective = Perspective(values)
        everything = [s for part in parts for s in part]
        self.modulation = Modulation(Weights(values, everything))
        self.cores = [Core(Weights(values, part), temporal, layout) for part in parts]
        self.parts = [[everything.index(s) for s in part] for part in parts]
        self.layout = layout
        self.grid = torch.tanh(values["readout.position.mu"]).reshape(1, 1, -1, 2)
        if layout == torch.channels_last:
            self.grid = self.grid.transpose(1, 2)  # a channels-last map then samples into one row of C values a unit
        features = torch.cat([values[f"readout.feature.weights.{s}"].flatten(1) for s in everything], 1) / len(everything)  # (U, S C)
        self.features = features if layout == torch.channels_last else features.t().contiguous()
        self.bias = sum(values[f"readout.biases.{s}"].flatten() for s in everything) / len(everything)

    def step(self, t):
        if t != self.next:
            self.modulation.reset()
            for core in self.cores:
                core.reset()
        self.next = t + 1
        stimulus, eye, behaviour = (x[t:t + 1] for x in self.frames)
        retina = self.perspective(stimulus, eye)
        modulation = self.modulation(behaviour)
        maps = [core(retina, modulation[part]) for core, part in zip(self.cores, self.parts)]
        features = torch.cat(maps, 1) if len(maps) > 1 else maps[0]
        sampled = F.grid_sample(features, self.grid, padding_mode="border", align_corners=False)
        if self.layout == torch.channels_last:
            response = torch.baddbmm(self.bias[:, None, None], sampled[0, :, :, 0].t().unsqueeze(1), self.features.unsqueeze(2)).flatten()
        else:
            response = (sampled[0, :, 0] * self.features).sum(0) + self.bias
        return response.exp()


def variants(values, inputs, options):
    frames = tuple(inputs[name] for name in options["inputs"])
    streams = list(range(options["streams"]))
    layouts = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}
    parts = {"streams in turn": [[s] for s in streams]}
    if len(streams) > 1:
        parts["streams as groups"] = [streams]
    return {"reference": {
        f"{layout}, {temporal}, {part}": Foundation(values, parts[part], temporal, layouts[layout], frames)
        for layout in layouts for temporal in ("conv3d", "frames as channels", "shares kept") for part in parts}}, len(frames[0])
