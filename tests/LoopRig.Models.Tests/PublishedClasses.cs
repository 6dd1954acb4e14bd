namespace LoopRig.Models.Tests;

/// <summary>
/// The published networks once more, in plain PyTorch, written for these tests: same parameter names, same arithmetic, another language. One builder
/// makes each of them from the spec in a LoopRig file.
/// </summary>
internal static class PublishedClasses
{
    /// <summary>
    /// published(spec) gives a module for a spec as JSON; its forward takes inputs by name, [N, k, ...] each. library(kind, width) gives ResNet-18 or
    /// EfficientNet-B0 for three colours and 1000 classes. use(net, inputs) gives norms the statistics of inputs, so that the last layer still feels the
    /// first; save(path, arrays, metadata) writes a safetensors file.
    /// </summary>
    internal const string Python = """
        import json, math, struct, sys
        import torch
        import torch.nn as nn
        import torch.nn.functional as F

        def save(path, arrays, metadata):
            header, data = {'__metadata__': metadata}, b''
            for name, t in arrays.items():
                raw = t.detach().contiguous().numpy().tobytes()
                header[name] = {'dtype': {'torch.float32': 'F32', 'torch.int64': 'I64'}[str(t.dtype)], 'shape': list(t.shape), 'data_offsets': [len(data), len(data) + len(raw)]}
                data += raw
            text = json.dumps(header).encode()
            text += b' ' * (-len(text) % 8)
            with open(path, 'wb') as file: file.write(struct.pack('<Q', len(text)) + text + data)

        def use(net, inputs):
            for m in net.modules():
                if isinstance(m, nn.modules.batchnorm._BatchNorm): m.momentum = 1.; m.weight.data.uniform_(.5, 1.5); m.bias.data.normal_(0, .2)
                if isinstance(m, nn.Linear): m.weight.data.mul_(2)
            net.train()
            with torch.no_grad(): net(inputs)
            net.eval()

        class Shifter(nn.Module):
            def __init__(self, hidden):
                super().__init__()
                self.bias = nn.Parameter(torch.randn(3) * .1)
                self.layers = nn.Sequential(
                    nn.BatchNorm1d(4), nn.Linear(4, hidden), nn.BatchNorm1d(hidden), nn.Tanh(),
                    nn.Linear(hidden, hidden), nn.BatchNorm1d(hidden), nn.Tanh(), nn.Linear(hidden, 3), nn.Tanh())

        def correct(shifter, image, pose, translation, rotation):
            H, W = image.shape[-2:]
            s = shifter.layers(pose) + shifter.bias
            dx, dy, angle = s[:, 0] * W / translation, s[:, 1] * H / translation, s[:, 2] * 180 / rotation
            a, b, cx, cy = torch.cos(-angle * math.pi / 180), torch.sin(-angle * math.pi / 180), H / 2, W / 2
            zero, one = torch.zeros_like(a), torch.ones_like(a)
            rows = [[a, b, (1 - a) * cx - b * cy + dx], [-b, a, b * cx + (1 - a) * cy + dy], [zero, zero, one]]
            full = torch.stack([torch.stack(r, 1) for r in rows], 1).double()
            norm = torch.tensor([[2 / (W - 1), 0, -1], [0, 2 / (H - 1), -1], [0, 0, 1]], dtype=torch.float64)
            theta = (norm @ torch.linalg.inv(full) @ torch.linalg.inv(norm))[:, :2].float()
            return F.grid_sample(image, F.affine_grid(theta, image.shape, align_corners=True), align_corners=True)

        class Layers(nn.Module):
            def __init__(self, layers):
                super().__init__()
                self.layers = layers

        def maps(H, W, channels, kernel, stride):
            sizes = [(H, W)]
            for _ in channels: sizes.append(tuple((n - kernel) // stride + 1 for n in sizes[-1]))
            return sizes

        def convolutions(H, W, channels, kernel, stride, outputs, dropout):
            layers, inputs = [], 1
            for c in channels:
                layers += [nn.Conv2d(inputs, c, kernel, stride), nn.BatchNorm2d(c), nn.ReLU(), nn.Dropout(dropout)]
                inputs = c
            h, w = maps(H, W, channels, kernel, stride)[-1]
            return Layers(nn.Sequential(*layers, nn.Flatten(), nn.Linear(inputs * h * w, outputs)))

        class Decoder(nn.Module):
            def __init__(self, H, W, channels, kernel, stride, latent, dropout):
                super().__init__()
                sizes, c = maps(H, W, channels, kernel, stride), [1] + channels
                h, w = sizes[-1]
                layers = [nn.Linear(latent, c[-1] * h * w), nn.ReLU(), nn.Dropout(dropout), nn.Unflatten(1, (c[-1], h, w))]
                for i in range(len(channels), 0, -1):
                    added = tuple(big - ((small - 1) * stride + kernel) for small, big in zip(sizes[i], sizes[i - 1]))
                    layers += [nn.ConvTranspose2d(c[i], c[i - 1], kernel, stride, output_padding=added), nn.BatchNorm2d(c[i - 1]), nn.ReLU()]
                    if i > 1: layers.append(nn.Dropout(dropout))
                self.conv_layers = nn.Sequential(*layers)

        class Residual(nn.Module):
            def __init__(self, i, o, stride):
                super().__init__()
                self.conv1, self.bn1 = nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o)
                self.conv2, self.bn2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
                self.downsample = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o)) if stride > 1 or i != o else nn.Identity()
            def forward(self, x): return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + self.downsample(x))

        class ResNet18(nn.Module):
            def __init__(self, colours, channels, outputs):
                super().__init__()
                self.conv1, self.bn1 = nn.Conv2d(colours, channels[0], 7, 2, 3, bias=False), nn.BatchNorm2d(channels[0])
                i = channels[0]
                for n, c in enumerate(channels):
                    setattr(self, f'layer{n + 1}', nn.Sequential(Residual(i, c, 1 if n == 0 else 2), Residual(c, c, 1)))
                    i = c
                self.fc = nn.Linear(i, outputs)
            def features(self, x):
                x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
                return self.layer4(self.layer3(self.layer2(self.layer1(x)))).mean((2, 3))
            def forward(self, x): return self.fc(self.features(x))

        class Squeeze(nn.Module):
            def __init__(self, c, r):
                super().__init__()
                self.conv_reduce, self.conv_expand = nn.Conv2d(c, r, 1), nn.Conv2d(r, c, 1)
            def forward(self, x): return x * torch.sigmoid(self.conv_expand(F.silu(self.conv_reduce(x.mean((2, 3), keepdim=True)))))

        class Separable(nn.Module):
            def __init__(self, i, o, k, stride):
                super().__init__()
                self.conv_dw, self.bn1 = nn.Conv2d(i, i, k, stride, k // 2, groups=i, bias=False), nn.BatchNorm2d(i)
                self.se = Squeeze(i, i // 4)
                self.conv_pw, self.bn2 = nn.Conv2d(i, o, 1, bias=False), nn.BatchNorm2d(o)
                self.skip = stride == 1 and i == o
            def forward(self, x):
                y = self.bn2(self.conv_pw(self.se(F.silu(self.bn1(self.conv_dw(x))))))
                return x + y if self.skip else y

        class Inverted(nn.Module):
            def __init__(self, i, o, k, stride, expansion):
                super().__init__()
                m = i * expansion
                self.conv_pw, self.bn1 = nn.Conv2d(i, m, 1, bias=False), nn.BatchNorm2d(m)
                self.conv_dw, self.bn2 = nn.Conv2d(m, m, k, stride, k // 2, groups=m, bias=False), nn.BatchNorm2d(m)
                self.se = Squeeze(m, i // 4)
                self.conv_pwl, self.bn3 = nn.Conv2d(m, o, 1, bias=False), nn.BatchNorm2d(o)
                self.skip = stride == 1 and i == o
            def forward(self, x):
                y = self.bn3(self.conv_pwl(self.se(F.silu(self.bn2(self.conv_dw(F.silu(self.bn1(self.conv_pw(x)))))))))
                return x + y if self.skip else y

        class EfficientNetB0(nn.Module):
            def __init__(self, colours, width, outputs):
                super().__init__()
                def ch(n):
                    v = max(8, int(n * width + 4) // 8 * 8)
                    return v + 8 if v < .9 * n * width else v
                i = ch(32)
                self.conv_stem, self.bn1 = nn.Conv2d(colours, i, 3, 2, 1, bias=False), nn.BatchNorm2d(i)
                stages = []
                for n, k, s, e, c in ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)):
                    blocks = []
                    for b in range(n):
                        stride = s if b == 0 else 1
                        blocks.append(Separable(i, ch(c), k, stride) if e == 1 else Inverted(i, ch(c), k, stride, e))
                        i = ch(c)
                    stages.append(nn.Sequential(*blocks))
                self.blocks = nn.Sequential(*stages)
                self.conv_head, self.bn2 = nn.Conv2d(i, ch(1280), 1, bias=False), nn.BatchNorm2d(ch(1280))
                self.classifier = nn.Linear(ch(1280), outputs)
            def features(self, x):
                return F.silu(self.bn2(self.conv_head(self.blocks(F.silu(self.bn1(self.conv_stem(x))))))).mean((2, 3))
            def forward(self, x): return self.classifier(self.features(x))

        def library(kind, width):
            return ResNet18(3, [int(c * width) for c in (64, 128, 256, 512)], 1000) if kind == 'resnet18' else EfficientNetB0(3, width, 1000)

        class Vision(nn.Module):
            def __init__(self, spec):
                super().__init__()
                self.spec = spec
                U = len(spec['unitIds'])
                sizes = {i['name']: i for i in spec['inputs']}
                H, W = sizes['image']['height'], sizes['image']['width']
                if 'shifter' in sizes: self.shifter = Shifter(spec['shifterHidden'])
                kind = spec['kind']
                stack = (H, W, spec.get('convolutionChannels'), spec.get('kernel'), spec.get('stride'))
                if kind == 'xu-2023':
                    if 'behaviour' in sizes:
                        D, G, E = len(sizes['behaviour']['variables']), spec['hidden'], spec.get('features', U)
                        self.visual_encoder = convolutions(*stack, E, spec['dropout'])
                        self.behav_encoder = Layers(nn.Sequential(nn.BatchNorm1d(D), nn.Linear(D, E)))
                        self.bn, self.lstm_net, self.fc = nn.BatchNorm1d(3), nn.GRU(3 * E, G, batch_first=True), nn.Linear(G, U)
                    else: self.encoder = convolutions(*stack, U, spec['dropout'])
                elif kind == 'autoencoder':
                    self.encoder = convolutions(*stack, spec['latent'], spec['dropout'])
                    self.decoder = Decoder(*stack, spec['latent'], spec['dropout'])
                    self.fc = nn.Linear(spec['latent'], U)
                elif kind == 'resnet18': self.encoder = Layers(ResNet18(1, spec['channels'], U))
                elif kind == 'efficientnet-b0': self.encoder = Layers(EfficientNetB0(1, spec['widthFactor'], U))
                else: raise ValueError(kind)
            def forward(self, inputs):
                k = inputs['image'].shape[1]
                x = inputs['image'].flatten(0, 1)
                if 'shifter' in inputs: x = correct(self.shifter, x, inputs['shifter'].flatten(0, 1), self.spec['translationDivisor'], self.spec['rotationDivisor'])
                if hasattr(self, 'visual_encoder'):
                    v, b = self.visual_encoder.layers(x), self.behav_encoder.layers(inputs['behaviour'].flatten(0, 1))
                    f = self.bn(torch.stack([v, b, v * b], 1)).flatten(1)
                    return F.softplus(self.fc(self.lstm_net(f.reshape(-1, k, f.shape[1]))[0][:, -1]))
                y = self.encoder.layers(x)
                if hasattr(self, 'decoder'):
                    self.reconstruction = self.decoder.conv_layers(y)
                    y = self.fc(y)
                return F.softplus(y)

        class Sensorium(nn.Module):
            def __init__(self, spec):
                super().__init__()
                self.spec = spec
                sizes = {i['name']: i for i in spec['inputs']}
                U, C, s = len(spec['unitIds']), spec['channels'], spec['session']
                planes = len(sizes['behaviour']['variables']) if 'behaviour' in sizes else 0
                norm = lambda: nn.BatchNorm2d(C, momentum=.9)
                self.core = nn.Module()
                self.core._input_weights_regularizer = nn.Module()
                self.core._input_weights_regularizer.laplace = nn.Module()
                self.core._input_weights_regularizer.laplace.register_buffer('filter', torch.tensor([[[[0., -1, 0], [-1, 4, -1], [0, -1, 0]]]]))
                self.core.features = nn.Module()
                first = nn.Module()
                first.conv, first.norm = nn.Conv2d(1 + planes, C, spec['inputKernel'], bias=False), norm()
                self.core.features.layer0 = first
                K = spec['hiddenKernel']
                for i in range(1, spec['layers']):
                    layer, ds = nn.Module(), nn.Module()
                    ds.in_depth_conv, ds.spatial_conv, ds.out_depth_conv = nn.Conv2d(C, C, 1, bias=False), nn.Conv2d(C, C, K, padding=K // 2, groups=C, bias=False), nn.Conv2d(C, C, 1, bias=False)
                    layer.ds_conv, layer.norm = ds, norm()
                    setattr(self.core.features, f'layer{i}', layer)
                r = nn.Module()
                r.sigma, r._features, r.bias = nn.Parameter(torch.zeros(1, U, 2, 2)), nn.Parameter(torch.zeros(1, C, 1, U)), nn.Parameter(torch.zeros(U))
                r._mu = nn.Parameter(torch.zeros(1, U, 1, 2))
                self.readout = nn.ModuleDict({s: r})
                if 'pupil_centre' in sizes:
                    H = spec['shifterHidden']
                    m = nn.Module()
                    n = [2] + [H] * (spec['shifterLayers'] - 1) + [2]
                    m.mlp = nn.Sequential(*sum(([nn.Linear(a, b), nn.Tanh()] for a, b in zip(n, n[1:])), []))
                    self.shifter = nn.ModuleDict({s: m})
            def forward(self, inputs):
                x = inputs['image'].flatten(0, 1)
                if 'behaviour' in inputs:
                    b = inputs['behaviour'].flatten(0, 1)
                    x = torch.cat([x, b[:, :, None, None].expand(-1, -1, *x.shape[-2:])], 1)
                for i in range(self.spec['layers']):
                    layer = getattr(self.core.features, f'layer{i}')
                    x = layer.conv(x) if i == 0 else layer.ds_conv.out_depth_conv(layer.ds_conv.spatial_conv(layer.ds_conv.in_depth_conv(x)))
                    x = F.elu(layer.norm(x))
                s = self.spec['session']
                r = self.readout[s]
                grid = r._mu.clamp(-1, 1).expand(len(x), -1, -1, -1)
                if 'pupil_centre' in inputs: grid = grid + self.shifter[s].mlp(inputs['pupil_centre'].flatten(0, 1))[:, None, None, :]
                y = F.grid_sample(x, grid, align_corners=True)[..., 0]
                return F.elu((y * r._features[:, :, 0]).sum(1) + r.bias) + 1
            def regularizer(self):
                w = self.core.features.layer0.conv.weight.flatten(0, 1)[:, None]
                rough = F.conv2d(w, self.core._input_weights_regularizer.laplace.filter, padding=1).pow(2).sum() / w.pow(2).sum()
                return self.spec['inputLaplace'] * rough + self.spec['readoutL1'] * self.readout[self.spec['session']]._features.abs().sum()

        def published(spec): return Sensorium(spec) if spec['kind'] == 'sensorium-2022' else Vision(spec)

        """;
}
