"""
Training steps of the foundation network (Wang et al. 2025) in plain PyTorch: sequences from their first frame, one random stream a step, sampling noise on the monitor
and on the readout's positions, and the published SGD with adaptive clipping. Written from the published equations. Convolutions take all frames at once, as the
published code does; the recurrent cell goes frame by frame. Letters: N sequences, T frames, B = N T, U units.
"""
import math

import torch
from torch.nn import functional as F

GELU_GAIN = 1.7015043497085571
LR, DECAY, MOMENTUM, CLIP, EPS = 0.1, 1e-4, 0.9, 0.01, 0.001


def gelu(x):
    return F.gelu(x) * GELU_GAIN


def standardised(weight, gain=None, dims=None):
    dims = dims or tuple(range(1, weight.dim()))
    fan_in = math.prod(weight.shape[d] for d in dims)
    variance, mean = torch.var_mean(weight, dims, unbiased=False, keepdim=True)
    scale = (variance * fan_in + 1e-5).rsqrt()
    return (weight - mean) * (scale if gain is None else scale * gain.reshape(scale.shape))


def by_group(parts, groups):
    return torch.cat([part.unflatten(1, (groups, -1)) for part in parts], 2).flatten(1, 2)


def rotation(angles):
    (x, y, z), one, nil = angles.unbind(1), torch.ones(len(angles)), torch.zeros(len(angles))
    matrix = lambda *rows: torch.stack([torch.stack(row, 1) for row in rows], 1)
    rx = matrix((one, nil, nil), (nil, x.cos(), -x.sin()), (nil, x.sin(), x.cos()))
    ry = matrix((y.cos(), nil, y.sin()), (nil, one, nil), (-y.sin(), nil, y.cos()))
    rz = matrix((z.cos(), -z.sin(), nil), (z.sin(), z.cos(), nil), (nil, nil, one))
    return rz @ (ry @ rx)


def lstm(gates, c):
    i, f, g, o = gates.chunk(4, 1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


class Network:
    """`gates` is 'joined' (one product for the four gates) or 'apart'."""

    def __init__(self, weights, options, gates):
        self.w, self.o, self.joined = {name: tensor.clone() for name, tensor in weights.items()}, options, gates == "joined"
        self.names = [name for name in options["trained"]]
        for name in self.names:
            self.w[name].requires_grad_(True)

    def layer(self, name, stream, standardise=True):
        raw, gain, bias = (self.w.get(f"{name}.{kind}.{stream}") for kind in ("weights", "gains", "biases"))
        return standardised(raw, gain) if standardise else raw, None if bias is None else bias.reshape(-1)

    def linear(self, name, stream, x, standardise=True):
        weight, bias = self.layer(name, stream, standardise)
        return F.linear(x, weight.flatten(1), bias)

    def respond(self, stimulus, eye, behaviour, noise):
        """Stimulus [N, T, 1, H, W] in 0..1, eye and behaviour [N, T, 2] to rates [N, T, U]."""
        n, t = eye.shape[:2]
        streams = [int(torch.randint(self.o["streams"], ()))] if noise else range(self.o["streams"])
        seen = self.see(stimulus.flatten(0, 1), eye.flatten(0, 1), n, t, noise)
        mu = self.w["readout.position.mu"]
        if noise:
            mu = mu + (self.w["readout.position.sigma"] @ torch.randn(n, *mu.shape, 1))[..., 0]
            grid = torch.tanh(mu)[:, None].expand(n, t, *mu.shape[1:]).flatten(0, 1)[:, :, None]
        else:
            grid = torch.tanh(mu)[None, :, None].expand(n * t, -1, -1, -1)
        read = []
        for s in streams:
            core = self.recur(self.feed(seen, s, n), self.modulate(behaviour, s), s, n, t)
            sampled = F.grid_sample(core, grid, padding_mode="border", align_corners=False)[..., 0]  # [B, C, U]
            read.append((sampled * self.w[f"readout.feature.weights.{s}"].permute(1, 2, 0)).sum(1) + self.w[f"readout.biases.{s}"].reshape(-1))
        return torch.exp(torch.stack(read).mean(0)).unflatten(0, (n, t))

    def see(self, stimulus, eye, n, t, noise):
        x = gelu(self.linear("perspective.mlp.linears.0", 0, eye, False))
        count = self.o["perspective_layers"]
        for i in range(1, count):
            x = gelu(self.linear(f"perspective.mlp.linears.{i}", 0, x))
        turn = rotation(self.linear(f"perspective.mlp.linears.{count}", 0, x))  # [B, 3, 3]
        p = "perspective.monitor."
        if noise:
            hold = lambda v: v[:, None].expand(n, t, *v.shape[1:]).flatten(0, 1)
            centre = hold(self.w[p + "center"] + self.w[p + "center_std"] * torch.randn(n, 3))[:, None]
            axes = hold(rotation(self.w[p + "angle"] + self.w[p + "angle_std"] * torch.randn(n, 3)))
        else:
            centre, axes = self.w[p + "center"].reshape(1, 1, 3), rotation(self.w[p + "angle"][None])
        rays = self.w["perspective.retina.grid"].reshape(1, -1, 3) @ turn.transpose(1, 2)
        normal = axes[:, :, 2:]
        along = (centre @ normal) / (rays @ normal).clamp(min=1e-5)
        point = (along * rays - centre) @ axes[:, :, :2]
        (hs, ws), (ho, wo) = stimulus.shape[2:], self.o["retina"]
        scale = torch.tensor([ws / (ws - 1) * (wo - 1) / wo, ws / hs * ws / (ws - 1) * (ho - 1) / ho])
        grid = (point * scale).unflatten(1, (ho, wo))
        m = [self.w[f"perspective.monitor_pixel.{name}"] for name in ("power", "scale", "offset")]
        seen = F.grid_sample(stimulus.pow(m[0]) * m[1] + m[2], grid, align_corners=False)
        logit, gain, offset = (self.w[f"perspective.retina_pixel.{name}"] for name in ("logit", "scale", "offset"))
        return (seen + 1e-5).pow(torch.sigmoid(logit)) * gain + offset

    def modulate(self, behaviour, s):
        """[N, T, 2] to [N, T, cells]."""
        u = gelu(self.linear("modulation.mlp.linears.0", s, behaviour, False))
        layers = [self.layer(f"modulation.lstm.proj_{gate}", s) for gate in "ifgo"]
        weight, bias = torch.cat([w.flatten(1) for w, _ in layers]), torch.cat([b for _, b in layers])
        h = c = torch.zeros(len(u), self.o["cells"])
        out = []
        for x in u.unbind(1):
            h, c = lstm(F.linear(torch.cat((x, h), 1), weight, bias), c)
            out.append(h)
        return torch.stack(out, 1)

    def feed(self, x, s, n):
        name, o = "core.feedforward", self.o
        for b, (groups, pool) in enumerate(zip(o["block_groups"], o["pools"])):
            weight, bias = self.layer(f"{name}.inputs.{b}", s, b > 0)
            if b == 0:
                padding = (weight.shape[-1] - o["stride"]) // 2
                x = F.conv2d(F.pad(x, (padding,) * 4, mode="replicate"), weight[:, :, 0], bias, o["stride"])
                x = x.unflatten(0, (n, -1)).transpose(1, 2)  # [N, C, T, H, W]
            else:
                x = F.conv3d(x, weight, bias)
            x = F.avg_pool3d(self.block(f"{name}.blocks.{b}", x, s, groups), (1, pool, pool))
        weight, bias = self.layer(f"{name}.out", s)
        return F.conv3d(x, weight, bias)

    def block(self, name, x, s, groups):
        xs, ys = [x], []
        for i in range(2):
            ys.append(gelu(xs[-1]))
            weight, bias = self.layer(f"{name}.convs.{i}", s)
            x = F.conv3d(F.pad(ys[-1], (0, 0, 0, 0, weight.shape[2] - 1, 0)), weight, bias, padding=(0, weight.shape[3] // 2, weight.shape[4] // 2), groups=groups)
            if i > 0:
                weight, bias = self.layer(f"{name}.skips.{i}", s)
                x = x + F.conv3d(ys[0], weight, bias, groups=groups)
            xs.append(x)
        return by_group(xs, groups)

    def recur(self, features, modulation, s, n, t):
        name, groups = "core.recurrent", self.o["groups"]
        between = standardised(self.w[f"{name}.proj_x.0.weights.{s}"], self.w[f"{name}.proj_x.0.gains.{s}"][:, None, :, None], (1, 3))  # [G, G-1, o, i]
        rows, zero = [], torch.zeros_like(between[0, 0])
        for to in range(groups):
            rows.append(torch.cat([between[to, j - (j > to)] if j != to else zero for j in range(groups)], 1))
        between = torch.cat(rows)[:, :, None, None]
        flat = lambda layer: (layer[0][:, :, 0], layer[1])
        w, b = flat(self.layer(f"{name}.proj_x.1", s))
        told = F.conv2d(features.transpose(1, 2).flatten(0, 1), w, b).unflatten(0, (n, t))
        w, b = flat(self.layer(f"{name}.proj_x.2", s))
        told = told + F.conv2d(modulation.flatten(0, 1)[:, :, None, None], w, b).unflatten(0, (n, t))
        conv, _ = flat(self.layer(f"{name}.conv", s))
        qkv = [flat(self.layer(f"{name}.proj_{part}", s))[0] for part in "qkv"]
        gates = [flat(self.layer(f"{name}.proj_{gate}", s)) for gate in "ifgo"]
        out, out_bias = flat(self.layer(f"{name}.out", s))
        scale = self.w[f"{name}.scales.{s}"].reshape(1, groups, -1, 1)
        if self.joined:
            # Group-wise: q, k, v of a group side by side, and its four gates.
            join = lambda parts: torch.stack([p.unflatten(0, (groups, -1)) for p in parts], 1).flatten(0, 2)
            qkv_weight = join(qkv)
            gate_weight, gate_bias = join([g for g, _ in gates]), torch.stack([g.unflatten(0, (groups, -1)) for _, g in gates], 1).flatten()
        h = c = torch.zeros(n, out.shape[1], *features.shape[3:])
        hidden = []
        for x in told.unbind(1):
            x = torch.tanh(x + F.conv2d(h, between))
            z = F.conv2d(by_group((x, h), groups), conv, None, padding=conv.shape[-1] // 2, groups=groups)
            if self.joined:
                q, k, v = F.conv2d(z, qkv_weight, None, groups=groups).flatten(2).unflatten(1, (groups, 3, -1)).unbind(2)
            else:
                q, k, v = (F.conv2d(z, part, None, groups=groups).flatten(2).unflatten(1, (groups, -1)) for part in qkv)
            attention = torch.softmax((F.normalize(q, dim=2) * scale).transpose(2, 3) @ F.normalize(k, dim=2), 3)
            z = by_group((z, (v @ attention.transpose(2, 3)).reshape(z.shape)), groups)
            if self.joined:
                g = F.conv2d(z, gate_weight, gate_bias, groups=groups).unflatten(1, (groups, 4, -1)).transpose(1, 2).flatten(1, 3)
            else:
                g = torch.cat([F.conv2d(z, w, b, groups=groups) for w, b in gates], 1)
            h, c = lstm(g, c)
            hidden.append(h)
        return F.conv2d(torch.stack(hidden, 1).flatten(0, 1), out, out_bias)


class SgdClip:
    """The published optimiser; `foreach` takes what can be taken for all parameters at once."""

    def __init__(self, network, options, foreach):
        self.flags, self.w, self.foreach, self.momentum = options["flags"], network.w, foreach, {}

    @torch.no_grad()
    def step(self):
        names = [name for name in self.flags if self.w[name].grad is not None]
        grads = []
        for name in names:
            p, flag = self.w[name], self.flags[name]
            g = p.grad * flag["scale"] if flag["scale"] != 1 else p.grad
            dims = flag["norm_dims"]
            own, norm = (torch.linalg.vector_norm(x, dim=dims, keepdim=dims is not None) for x in (p, g))
            most = (own * CLIP).clamp(min=EPS * p.numel() ** 0.5)
            grads.append(g * (most / torch.maximum(norm, most)))
        for name, g in zip(names, grads):
            if name not in self.momentum:
                self.momentum[name] = torch.zeros_like(g)
        momentum, params = [self.momentum[name] for name in names], [self.w[name] for name in names]
        decaying = [i for i, name in enumerate(names) if self.flags[name]["decay"]]
        if self.foreach:
            torch._foreach_mul_(momentum, MOMENTUM)
            torch._foreach_add_(momentum, grads)
            torch._foreach_add_(grads, momentum, alpha=MOMENTUM)
            torch._foreach_add_([grads[i] for i in decaying], [params[i] for i in decaying], alpha=DECAY)
            torch._foreach_add_(params, grads, alpha=-LR)
        else:
            for i, (m, g, p) in enumerate(zip(momentum, grads, params)):
                m.mul_(MOMENTUM).add_(g)
                g.add_(m, alpha=MOMENTUM)
                if self.flags[names[i]]["decay"]:
                    g.add_(p, alpha=DECAY)
                p.add_(g, alpha=-LR)


def form(weights, batch, options, gates, foreach):
    network = Network(weights, options, gates)
    optimiser = SgdClip(network, options, foreach)
    stimulus, eye, behaviour, response = (batch[name] for name in ("stimulus", "eye", "behaviour", "response"))

    def step():
        for name in network.names:
            network.w[name].grad = None
        rate = network.respond(stimulus, eye, behaviour, options["noise"])[:, options["burn_in"]:]
        loss = torch.mean(rate - response * torch.log(rate + 1e-8))
        loss.backward()
        optimiser.step()
        return loss.item()
    return step


def forms(weights, batch, options):
    return {f"gates {gates}, {'foreach' if foreach else 'single'} SGD": form(weights, batch, options, gates, foreach) for gates in ("joined", "apart") for foreach in (False, True)}
