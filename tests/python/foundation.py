"""
The foundation network (Wang et al. 2025) in plain PyTorch, evaluation mode, frame by frame: the reference of tests and benchmarks.

    python3 foundation.py OUT [NAME=VALUE ...]

writes a golden file: random weights of the given sizes (see SIZES), inputs, and every stage. Written from the published equations, apart from the
code under test; weights have their published names. Letters: S streams, G groups, T frames, L places of the core's map, U units.
"""
import json
import math
import struct
import sys

import torch
from torch.nn import functional as F

GELU_GAIN = 1.7015043497085571
# The released sizes. `layers` are the convolutions of a block; a perspective, modulation or kernel of 0 leaves the part out, as the paper's lesions do.
SIZES = {
    "streams": 4, "units": 8000, "frames": 20, "stimulus": (144, 256), "retina": (128, 192), "degrees": 75.0,
    "perspective_mlp": 16, "perspective_layers": 3, "modulation_mlp": 16, "modulation_layers": 1, "lstm": 16,
    "kernel": 6, "stride": 2, "channels": (32, 64, 128), "block_groups": (1, 2, 4), "layers": (2, 2, 2), "temporal": 3, "spatial": 3, "pools": (2, 2, 1),
    "out": 128, "recurrent": "cvt", "hidden": 256, "common": 512, "recurrent_out": 128, "groups": 8, "recurrent_spatial": 3, "unit": "poisson", "seed": 7,
}


def standardised(weight, gain=None, dims=None):
    """Mean 0 and variance 1 / fan-in for each output (here: dimension 0, or all that `dims` leaves), times the gain."""
    dims = dims or tuple(range(1, weight.dim()))
    fan_in = math.prod(weight.shape[d] for d in dims)
    variance, mean = torch.var_mean(weight, dims, unbiased=False, keepdim=True)
    scale = (variance * fan_in + 1e-5).rsqrt()
    return (weight - mean) * (scale if gain is None else scale * gain.reshape(scale.shape))


def gelu(x):
    return F.gelu(x) * GELU_GAIN


def by_group(parts, groups):
    """Joins channels inside each group: [a of group 1, b of group 1, a of group 2, ...]."""
    return torch.cat([part.unflatten(1, (groups, -1)) for part in parts], 2).flatten(1, 2)


class Layer:
    """A standardised convolution of one stream, folded. Its weight is [O, C / groups, t, h, w]."""

    def __init__(self, weights, name, stream, standardise=True):
        raw, gain, bias = (weights.get(f"{name}.{kind}.{stream}") for kind in ("weights", "gains", "biases"))
        self.weight = standardised(raw, gain) if standardise else raw
        self.bias = None if bias is None else bias.reshape(-1)
        self.last = self.weight[:, :, -1]  # of the newest frame

    def linear(self, x):
        return F.linear(x, self.weight.flatten(1), self.bias)

    def frame(self, x, groups=1, stride=1, replicate=False):
        kernel = self.last.shape[-1]
        padding = (kernel - stride) // 2
        if replicate:
            x, padding = F.pad(x, (padding,) * 4, mode="replicate"), 0
        return F.conv2d(x, self.last, self.bias, stride, padding, groups=groups)

    def frames(self, past, groups):
        """The last t frames, oldest first, each [1, C, H, W]."""
        padding = self.weight.shape[-1] // 2
        return F.conv3d(torch.stack(past, 2), self.weight, self.bias, padding=(0, padding, padding), groups=groups)[:, :, 0]


class Perspective:
    """Retina, eye, monitor: what of the stimulus falls where on the retina."""

    def __init__(self, weights, size):
        self.rays = weights["perspective.retina.grid"]
        count = sum(name.startswith("perspective.mlp.linears.") and ".weights." in name for name in weights)
        self.layers = [Layer(weights, f"perspective.mlp.linears.{i}", 0, standardise=i > 0) for i in range(count)]
        self.centre = weights["perspective.monitor.center"]
        self.axes = rotation(weights["perspective.monitor.angle"].reshape(1, 3))[0]  # columns X, Y, Z
        self.monitor = [weights[f"perspective.monitor_pixel.{name}"] for name in ("power", "scale", "offset")]
        self.retina = [weights[f"perspective.retina_pixel.{name}"] for name in ("logit", "scale", "offset")]
        (hs, ws), (ho, wo) = size, self.rays.shape[:2]
        self.scales = torch.tensor([1, ws / hs]), ws / (ws - 1), torch.tensor([(wo - 1) / wo, (ho - 1) / ho])

    def __call__(self, stimulus, eye):
        x = eye
        for layer in self.layers[:-1]:
            x = gelu(layer.linear(x))
        turn = rotation(self.layers[-1].linear(x))[0]
        rays = torch.einsum("ij,hwj->hwi", turn, self.rays)
        x_axis, y_axis, normal = self.axes.unbind(1)
        along = (normal @ self.centre) / torch.einsum("d,hwd->hw", normal, rays).clamp(min=1e-5)
        point = along[..., None] * rays - self.centre
        grid = torch.stack([torch.einsum("d,hwd->hw", axis, point) for axis in (x_axis, y_axis)], 2)
        for scale in self.scales:  # one after the other: near black the power below 1 makes much of the last bit, and the published code rounds so
            grid = grid * scale
        power, scale, offset = self.monitor
        seen = F.grid_sample(stimulus.pow(power) * scale + offset, grid[None], align_corners=False)
        logit, scale, offset = self.retina
        return (seen + 1e-5).pow(torch.sigmoid(logit)) * scale + offset


def rotation(angles):
    """[N, 3] angles about x, y, z to Rz Ry Rx [N, 3, 3]."""
    (x, y, z), one, nil = angles.unbind(1), torch.ones(len(angles)), torch.zeros(len(angles))
    matrix = lambda *rows: torch.stack([torch.stack(row, 1) for row in rows], 1)
    rx = matrix((one, nil, nil), (nil, x.cos(), -x.sin()), (nil, x.sin(), x.cos()))
    ry = matrix((y.cos(), nil, y.sin()), (nil, one, nil), (-y.sin(), nil, y.cos()))
    rz = matrix((z.cos(), -z.sin(), nil), (z.sin(), z.cos(), nil), (nil, nil, one))
    return rz @ ry @ rx


class Modulation:
    """Behaviour through a perceptron and an LSTM, one stream."""

    def __init__(self, weights, stream):
        count = sum(name.startswith("modulation.mlp.linears.") and name.endswith(f".weights.{stream}") for name in weights)
        self.mlp = [Layer(weights, f"modulation.mlp.linears.{i}", stream, standardise=i > 0) for i in range(count)]
        self.gates = [Layer(weights, f"modulation.lstm.proj_{gate}", stream) for gate in "ifgo"]
        self.h = self.c = torch.zeros(1, self.gates[0].weight.shape[0])

    def __call__(self, behaviour):
        u = behaviour
        for layer in self.mlp:
            u = gelu(layer.linear(u))
        self.h, self.c = lstm([gate.linear(torch.cat((u, self.h), 1)) for gate in self.gates], self.c)
        return self.h


def lstm(gates, c):
    i, f, g, o = gates
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


class Feedforward:
    """The DenseNet of causal 3D convolutions, one stream."""

    def __init__(self, weights, stream, sizes):
        name = "core.feedforward"
        self.sizes = sizes
        self.inputs = [Layer(weights, f"{name}.inputs.{i}", stream, standardise=i > 0) for i in range(len(sizes["channels"]))]
        self.out = Layer(weights, f"{name}.out", stream)
        self.blocks = [
            ([Layer(weights, f"{name}.blocks.{b}.convs.{i}", stream) for i in range(layers)],
             [Layer(weights, f"{name}.blocks.{b}.skips.{i}", stream) for i in range(1, layers)])
            for b, layers in enumerate(sizes["layers"])]
        self.past = {}

    def __call__(self, x):
        for b, ((convolutions, skips), groups, pool) in enumerate(zip(self.blocks, self.sizes["block_groups"], self.sizes["pools"])):
            x = self.inputs[b].frame(x, stride=self.sizes["stride"] if b == 0 else 1, replicate=True)
            x = self._block(b, x, convolutions, skips, groups)
            x = F.avg_pool2d(x, pool)
        return self.out.frame(x)

    def _block(self, b, x, convolutions, skips, groups):
        xs, ys = [x], []
        for i, convolution in enumerate(convolutions):
            ys.append(gelu(xs[-1]))
            past = self.past.setdefault((b, i), [torch.zeros_like(ys[-1])] * convolution.weight.shape[2])
            self.past[b, i] = past[1:] + [ys[-1]]
            x = convolution.frames(self.past[b, i], groups)
            if i > 0:
                x = x + skips[i - 1].frame(ys[0] if i == 1 else by_group(ys[:i], groups), groups)
            xs.append(x)
        return by_group(xs, groups)


class Recurrent:
    """The recurrent cell of one stream: CvT-LSTM (attention over places) or Conv-LSTM."""

    def __init__(self, weights, stream, sizes):
        name = "core.recurrent"
        self.groups, self.cvt = sizes["groups"], sizes["recurrent"] == "cvt"
        self.between = between_groups(weights[f"{name}.proj_x.0.weights.{stream}"], weights[f"{name}.proj_x.0.gains.{stream}"]) if self.groups > 1 else None
        first = 1 if self.groups > 1 else 0
        self.features = Layer(weights, f"{name}.proj_x.{first}", stream)
        self.modulation = Layer(weights, f"{name}.proj_x.{first + 1}", stream) if f"{name}.proj_x.{first + 1}.weights.{stream}" in weights else None
        self.gates = [Layer(weights, f"{name}.proj_{gate}", stream) for gate in "ifgo"]
        if self.cvt:
            self.convolution = Layer(weights, f"{name}.conv", stream)
            self.qkv = [Layer(weights, f"{name}.proj_{part}", stream) for part in "qkv"]
            self.scale = weights[f"{name}.scales.{stream}"].reshape(1, self.groups, -1, 1)
        self.out = Layer(weights, f"{name}.out", stream)
        self.h = self.c = None

    def __call__(self, features, modulation):
        if self.h is None:
            self.h = self.c = torch.zeros(1, self.gates[0].weight.shape[0], *features.shape[2:])
        x = self.features.frame(features)
        if self.between is not None:
            x = x + F.conv2d(self.h, self.between)
        if self.modulation is not None:
            x = x + self.modulation.frame(modulation[:, :, None, None])
        z = by_group((torch.tanh(x), self.h), self.groups)
        if self.cvt:
            z = self.convolution.frame(z, self.groups)
            q, k, v = (part.frame(z, self.groups).flatten(2).unflatten(1, (self.groups, -1)) for part in self.qkv)  # [1, G, C, L]
            attention = torch.softmax((F.normalize(q, dim=2) * self.scale).transpose(2, 3) @ F.normalize(k, dim=2), 3)  # [1, G, L, L]
            z = by_group((z, (v @ attention.transpose(2, 3)).reshape(z.shape)), self.groups)
        self.h, self.c = lstm([gate.frame(z, self.groups) for gate in self.gates], self.c)
        return self.out.frame(self.h)


def between_groups(weight, gain):
    """[G, G - 1, o, i], each output group's weights from every other group, as a dense 1x1 kernel [G o, G i, 1, 1]."""
    folded, groups = standardised(weight, gain[:, None, :, None], (1, 3)), weight.shape[0]
    full = torch.zeros(groups, groups, *weight.shape[2:])
    for to in range(groups):
        for j, source in enumerate(s for s in range(groups) if s != to):
            full[to, source] = folded[to, j]
    return full.transpose(1, 2).flatten(2).flatten(0, 1)[:, :, None, None]


class Foundation:
    """The whole network with its state; weights by their published names, sizes as in SIZES."""

    def __init__(self, weights, sizes):
        self.sizes, streams = sizes, range(sizes["streams"])
        self.perspective = Perspective(weights, sizes["stimulus"]) if "perspective.retina.grid" in weights else None
        self.modulation = [Modulation(weights, s) for s in streams] if "modulation.lstm.proj_i.weights.0" in weights else None
        self.feedforward = [Feedforward(weights, s, sizes) for s in streams]
        self.recurrent = [Recurrent(weights, s, sizes) for s in streams]
        self.grid = torch.tanh(weights["readout.position.mu"])[None, :, None]  # [1, U, 1, 2]
        self.features = [weights[f"readout.feature.weights.{s}"][:, 0] for s in streams]  # [U, C]
        self.biases = [weights[f"readout.biases.{s}"][:, 0] for s in streams]

    def step(self, stimulus, eye, behaviour):
        """Pixels 0..1 [1, 1, H, W], pupil [1, 2], behaviour [1, 2] to the stages; the last is the response [1, U]."""
        seen = F.interpolate(stimulus, self.sizes["retina"], mode="bilinear") if self.perspective is None else self.perspective(stimulus, eye)
        stages = {} if self.perspective is None else {"stage.perspective": seen}
        modulation = [None] * len(self.feedforward) if self.modulation is None else [part(behaviour) for part in self.modulation]
        if self.modulation is not None:
            stages["stage.modulation"] = torch.cat(modulation, 1)
        features = [part(seen) for part in self.feedforward]
        stages["stage.core.feedforward"] = torch.cat(features, 1)
        cores = [part(f, m) for part, f, m in zip(self.recurrent, features, modulation)]
        stages["stage.core"] = torch.cat(cores, 1)
        read = [(F.grid_sample(core, self.grid, padding_mode="border", align_corners=False)[0, :, :, 0].t() * w).sum(1) + b
                for core, w, b in zip(cores, self.features, self.biases)]
        stages["stage.readout"] = torch.stack(read)[None, :, :, None]
        mean = stages["stage.readout"].mean(1)[..., 0]
        stages["output.response"] = torch.exp(mean) if self.sizes["unit"] == "poisson" else F.elu(mean) + 1
        return stages


def retina(height, width, degrees):
    """Unit vectors [H, W, 3] of an azimuthal equidistant retina; the unit of length is half the width."""
    x = (torch.arange(width, dtype=torch.float64) * 2 / (width - 1) - 1) * (width - 1) / width
    y = (torch.arange(height, dtype=torch.float64) * 2 / (height - 1) - 1) * (height / width) * (width - 1) / width
    y, x = torch.meshgrid(y, x, indexing="ij")
    angle, turn = (torch.hypot(x, y) * math.radians(degrees)).clamp(0, math.pi / 2), torch.atan2(y, x)
    return torch.stack((angle.sin() * turn.cos(), angle.sin() * turn.sin(), angle.cos()), 2).float()


def random_weights(sizes):
    """Weights of a network of these sizes, none left at the neutral value that a new network has."""
    weights, streams = {}, range(sizes["streams"])

    def normal(name, *shape, scale=1.0, mean=0.0):
        weights[name] = torch.randn(*shape) * scale + mean

    def layer(name, out, inputs, groups=1, kernel=(1, 1, 1), gain=None, bias=None, scale=1.0, many=streams):
        for s in many:
            normal(f"{name}.weights.{s}", out, inputs, *kernel, scale=scale)
            if gain is not None:
                normal(f"{name}.gains.{s}", groups, out // groups, scale=0.2, mean=gain)
            if bias is not None:
                normal(f"{name}.biases.{s}", groups, out // groups, scale=0.2, mean=bias)

    if sizes["perspective_mlp"]:
        hidden = sizes["perspective_mlp"]
        normal("perspective.monitor.center", 3, scale=0.05)
        weights["perspective.monitor.center"][2] += 0.5
        normal("perspective.monitor.angle", 3, scale=0.1)
        for name in ("center_std", "angle_std"):
            normal(f"perspective.monitor.{name}", 3, scale=0.01, mean=0.05)
        for name, value in (("power", 1.7), ("scale", 1.0), ("offset", 0.0)):
            weights[f"perspective.monitor_pixel.{name}"] = torch.tensor([value])
        weights["perspective.retina.grid"] = retina(*sizes["retina"], sizes["degrees"])
        for name, value in (("logit", 0.2), ("scale", 1.1), ("offset", 0.1)):
            weights[f"perspective.retina_pixel.{name}"] = torch.tensor([value])
        widths = [2] + [hidden] * sizes["perspective_layers"] + [3]
        for i, (a, b) in enumerate(zip(widths, widths[1:])):
            layer(f"perspective.mlp.linears.{i}", b, a, gain=0.15 if b == 3 else 1.0 if i else None, bias=0.0, scale=1.0 if i else 0.3, many=[0])
    if sizes["modulation_mlp"]:
        hidden, cells = sizes["modulation_mlp"], sizes["lstm"]
        for i in range(sizes["modulation_layers"]):
            layer(f"modulation.mlp.linears.{i}", hidden, hidden if i else 2, gain=1.0 if i else None, bias=0.0)
        for gate, bias in zip("ifgo", (-1, 1, 0, 0)):
            layer(f"modulation.lstm.proj_{gate}", cells, hidden + cells, gain=1.0, bias=bias)
    channels, space = sizes["channels"], (sizes["spatial"],) * 2
    name, before = "core.feedforward", 1
    for b, (width, groups, layers) in enumerate(zip(channels, sizes["block_groups"], sizes["layers"])):
        if b == 0:
            layer(f"{name}.inputs.0", width, 1, kernel=(1, sizes["kernel"], sizes["kernel"]), bias=0.0, scale=1 / sizes["kernel"])
        else:
            layer(f"{name}.inputs.{b}", width, before, groups, gain=1.0, bias=0.0)
        for i in range(layers):
            gain = 1.0 if i == 0 else 2 ** -0.5
            layer(f"{name}.blocks.{b}.convs.{i}", width, width // groups, groups, (sizes["temporal"], *space), gain=gain, bias=0.0)
            if i > 0:
                layer(f"{name}.blocks.{b}.skips.{i}", width, i * width // groups, groups, gain=gain)
        before = (layers + 1) * width
    layer(f"{name}.out", sizes["out"], before, gain=1.0, bias=0.0)
    name, groups, hidden, common = "core.recurrent", sizes["groups"], sizes["hidden"], sizes["common"]
    inputs = (1 if groups > 1 else 0) + 1 + (1 if sizes["modulation_mlp"] else 0)
    if groups > 1:
        off = 1 - torch.eye(groups)
        weights[f"{name}.proj_x.0.mask"] = off[:, :, None, None]
        weights[f"{name}.proj_x.0.zero"] = torch.zeros(groups, groups, hidden // groups, hidden // groups)
        for s in streams:
            normal(f"{name}.proj_x.0.weights.{s}", groups, groups - 1, hidden // groups, hidden // groups)
            normal(f"{name}.proj_x.0.gains.{s}", groups, hidden // groups, scale=0.1, mean=inputs ** -0.5)
    first = 1 if groups > 1 else 0
    layer(f"{name}.proj_x.{first}", hidden, sizes["out"], groups, gain=inputs ** -0.5, bias=0.0)
    if sizes["modulation_mlp"]:
        layer(f"{name}.proj_x.{first + 1}", hidden, sizes["lstm"], groups, gain=inputs ** -0.5)
    kernel = (1, *(sizes["recurrent_spatial"],) * 2)
    if sizes["recurrent"] == "cvt":
        layer(f"{name}.conv", common, 2 * hidden // groups, groups, kernel)
        for s in streams:
            normal(f"{name}.scales.{s}", groups, common // groups, scale=0.5, mean=2.0)
        for part in "qkv":
            layer(f"{name}.proj_{part}", common, common // groups, groups)
    for gate, bias in zip("ifgo", (-1, 1, 0, 0)):
        if sizes["recurrent"] == "cvt":
            layer(f"{name}.proj_{gate}", hidden, 2 * common // groups, groups, gain=1.0, bias=bias)
        else:
            layer(f"{name}.proj_{gate}", hidden, 2 * hidden // groups, groups, kernel, gain=1.0, bias=bias)
    layer(f"{name}.out", sizes["recurrent_out"], hidden, gain=1.0, bias=0.0)
    units = sizes["units"]
    normal("readout.position.mu", units, 2, scale=0.7)
    normal("readout.position.sigma", units, 2, 2, scale=0.4)
    for s in streams:
        normal(f"readout.feature.weights.{s}", units, 1, sizes["recurrent_out"], scale=sizes["recurrent_out"] ** -0.5)
        normal(f"readout.biases.{s}", units, 1, scale=0.3)
    return weights


def random_inputs(sizes, frames):
    """Inputs that move from frame to frame: stimulus uint8 [T, H, W], eye and behaviour [T, 2]."""
    coarse = torch.rand(1, 1, frames + 2, 9, 12)
    movie = F.interpolate(coarse, (frames, *sizes["stimulus"]), mode="trilinear", align_corners=True)[0, 0]
    return {"input.stimulus": (movie * 255).to(torch.uint8), "input.eye": torch.randn(frames, 2), "input.behaviour": torch.randn(frames, 2)}


def save(path, tensors, metadata):
    """As safetensors."""
    kinds = {torch.float32: "F32", torch.uint8: "U8", torch.int64: "I64"}
    header, offset = {"__metadata__": metadata}, 0
    for name, tensor in tensors.items():
        size = tensor.numel() * tensor.element_size()
        header[name] = {"dtype": kinds[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(tensor.contiguous().numpy().tobytes())


def parse(options):
    """NAME=VALUE pairs over SIZES; a list is written with commas."""
    sizes = dict(SIZES)
    for option in options:
        name, value = option.split("=")
        kind = type(SIZES[name])
        sizes[name] = tuple(int(v) for v in value.split(",")) if kind is tuple else kind(value)
    return sizes


def run(weights, inputs, sizes):
    """Every stage of every frame, frames first."""
    network, frames = Foundation(weights, sizes), []
    for t in range(len(inputs["input.stimulus"])):
        stimulus = inputs["input.stimulus"][t].float()[None, None] / 255
        frames.append(network.step(stimulus, inputs["input.eye"][t:t + 1], inputs["input.behaviour"][t:t + 1]))
    return {name: torch.cat([frame[name] for frame in frames]) for name in frames[0]}


def main():
    path, *options = sys.argv[1:]
    sizes = parse(options)
    torch.manual_seed(sizes["seed"])
    with torch.inference_mode():
        weights = random_weights(sizes)
        inputs = random_inputs(sizes, sizes["frames"])
        stages = run(weights, inputs, sizes)
        if not sizes["perspective_mlp"]:
            del inputs["input.eye"]
        if not sizes["modulation_mlp"]:
            del inputs["input.behaviour"]
        metadata = {"network": "foundation visual network", "recurrent": sizes["recurrent"], "sizes": json.dumps(sizes)}
        save(path, {**{f"param.{name}": tensor for name, tensor in weights.items()}, **inputs, **stages}, metadata)


if __name__ == "__main__":
    main()
