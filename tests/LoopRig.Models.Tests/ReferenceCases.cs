namespace LoopRig.Models.Tests;

/// <summary>Python scripts that write golden files of any size: networks of the published structure, random weights, computed by PyTorch.</summary>
internal static class ReferenceCases
{
    private const string Common = """
        import sys, json, struct, math, numpy, torch
        import torch.nn as nn, torch.nn.functional as F
        torch.manual_seed(7)
        def save(path, arrays, metadata):
            header, data = {'__metadata__': metadata}, b''
            for name, t in arrays.items():
                raw = t.detach().contiguous().numpy().tobytes()
                header[name] = {'dtype': {'torch.float32': 'F32', 'torch.int64': 'I64'}[str(t.dtype)], 'shape': list(t.shape), 'data_offsets': [len(data), len(data) + len(raw)]}
                data += raw
            text = json.dumps(header).encode()
            text += b' ' * (-len(text) % 8)
            open(path, 'wb').write(struct.pack('<Q', len(text)) + text + data)
        def scramble(net):
            for m in net.modules():
                if isinstance(m, nn.modules.batchnorm._BatchNorm):
                    m.running_mean.normal_(0, .3); m.running_var.uniform_(.5, 2); m.weight.data.uniform_(.5, 1.5); m.bias.data.normal_(0, .2)

        """;

    /// <summary>Arguments: path, neurons, k, behaviour variables (0: vision-only), shifter (0 or 1), height, width, hidden, samples, channels (comma separated).</summary>
    internal const string Xu = Common + """
        path, U, k, D, shift, H, W, G, N = sys.argv[1], *map(int, sys.argv[2:10])
        channels = [1] + [int(c) for c in sys.argv[10].split(',')]
        class Shifter(nn.Module):
            def __init__(self):
                super().__init__()
                self.bias = nn.Parameter(torch.randn(3) * .1)
                self.layers = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 20), nn.BatchNorm1d(20), nn.Tanh(), nn.Linear(20, 20), nn.BatchNorm1d(20), nn.Tanh(), nn.Linear(20, 3), nn.Tanh())
        class Encoder(nn.Module):
            def __init__(self, layers):
                super().__init__(); self.layers = nn.Sequential(*layers)
        h, w, layers = H, W, []
        for a, b in zip(channels, channels[1:]):
            layers += [nn.Conv2d(a, b, 7, 2), nn.BatchNorm2d(b), nn.ReLU(), nn.Dropout(.5)]; h, w = (h - 7) // 2 + 1, (w - 7) // 2 + 1
        net = nn.Module()
        if shift: net.shifter = Shifter()
        net.visual_encoder = Encoder(layers + [nn.Flatten(), nn.Linear(channels[-1] * h * w, U)])
        if D:
            net.behav_encoder = Encoder([nn.BatchNorm1d(D), nn.Linear(D, U)])
            net.bn = nn.BatchNorm1d(3); net.lstm_net = nn.GRU(3 * U, G, batch_first=True); net.fc = nn.Linear(G, U)
        scramble(net); net.eval()
        image, behaviour = torch.rand(N, k, 1, H, W), torch.randn(N, k, max(D, 6))
        arrays = {'input.image': image}
        x, flat = image.flatten(0, 1), behaviour.flatten(0, 1)
        if shift:
            pose = flat[:, [4, 3, 1, 2]]
            if D: arrays['input.behaviour'] = behaviour
            else: arrays['input.shifter'] = pose.reshape(N, k, 4)
            s = net.shifter.layers(pose) + net.shifter.bias
            divisor = 5.5 if D else 4.
            dx, dy, angle = s[:, 0] * W / divisor, s[:, 1] * H / divisor, s[:, 2] * 45
            a, b = torch.cos(-angle * math.pi / 180), torch.sin(-angle * math.pi / 180)
            cx, cy = H / 2, W / 2
            M = torch.stack([torch.stack([a, b, (1 - a) * cx - b * cy + dx], 1), torch.stack([-b, a, b * cx + (1 - a) * cy + dy], 1)], 1)
            # The other way round than the code under test: whole 3x3 matrices in double precision, pixels to -1..1 and back.
            full = torch.cat([M, torch.tensor([0., 0., 1.]).expand(N * k, 1, 3)], 1).double()
            norm = torch.tensor([[2 / (W - 1), 0, -1], [0, 2 / (H - 1), -1], [0, 0, 1]], dtype=torch.float64)
            theta = (norm @ torch.linalg.inv(full) @ torch.linalg.inv(norm))[:, :2].float()
            x = F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=True), align_corners=True)
            arrays.update({'stage.shift_dx_dy_angle': torch.stack([dx, dy, angle], 1).reshape(N, k, 3), 'stage.affine': M, 'stage.shifted_image': x})
        elif D: arrays['input.behaviour'] = behaviour[:, :, :D]
        v = net.visual_encoder.layers(x)
        if D:
            b = net.behav_encoder.layers(flat[:, :D])
            f = net.bn(torch.stack([v, b, v * b], 1)).flatten(1)
            v = net.fc(net.lstm_net(f.reshape(N, k, -1))[0][:, -1])
        arrays['output.response'] = F.softplus(v)
        arrays.update({'param.' + n: t for n, t in net.state_dict().items()})
        save(path, arrays, {'network': 'random Xu'})
        """;

    /// <summary>Arguments: path, neurons, channels, layers, input kernel, hidden kernel, height, width, behaviour planes, pupil (0 or 1), predicted positions (0 or 1), samples.</summary>
    internal const string Sensorium = Common + """
        path, U, C, L, K, k, H, W, D, pupil, predicted, N = sys.argv[1], *map(int, sys.argv[2:13])
        state = {}
        def norm(name):
            state[name + '.weight'] = torch.rand(C) + .5; state[name + '.bias'] = torch.randn(C) * .2; state[name + '.running_mean'] = torch.randn(C) * .2
            state[name + '.running_var'] = torch.rand(C) + .5; state[name + '.num_batches_tracked'] = torch.tensor(3)
            return lambda x: F.elu(F.batch_norm(x, state[name + '.running_mean'], state[name + '.running_var'], state[name + '.weight'], state[name + '.bias']))
        def weight(name, *shape, scale=1.):
            state[name] = torch.randn(*shape) * scale / math.prod(shape[1:]) ** .5
            return state[name]
        image, behaviour, centre = torch.randn(N, 1, H, W), torch.randn(N, D), torch.randn(N, 2)
        arrays = {'input.image_zscored': image}
        x = image
        if D:
            arrays['input.behaviour'] = behaviour
            x = torch.cat([x, behaviour[:, :, None, None].expand(N, D, H, W)], 1)
        f = 'core.features.layer'
        x = norm(f + '0.norm')(F.conv2d(x, weight(f + '0.conv.weight', C, 1 + D, K, K)))
        for l in range(1, L):
            p = f'{f}{l}.ds_conv.'
            x = F.conv2d(x, weight(p + 'in_depth_conv.weight', C, C, 1, 1))
            x = F.conv2d(x, weight(p + 'spatial_conv.weight', C, 1, k, k), padding=k // 2, groups=C)
            x = norm(f'{f}{l}.norm')(F.conv2d(x, weight(p + 'out_depth_conv.weight', C, C, 1, 1)))
        arrays['stage.core'] = x
        r = 'readout.s1.'
        state[r + 'sigma'] = torch.randn(1, U, 2, 2); w = weight(r + '_features', 1, C, 1, U); state[r + 'bias'] = torch.randn(U)
        if predicted:
            state[r + 'source_grid'] = torch.randn(U, 3)
            hidden = F.elu(F.linear(state[r + 'source_grid'], weight(r + 'mu_transform.0.weight', 11, 3), weight(r + 'mu_transform.0.bias', 11)))
            mu = torch.tanh(F.linear(hidden, weight(r + 'mu_transform.2.weight', 2, 11, scale=2), weight(r + 'mu_transform.2.bias', 2))).reshape(1, U, 1, 2)
        else:
            state[r + '_mu'] = torch.randn(1, U, 1, 2); mu = state[r + '_mu'].clamp(-1, 1)
        grid = mu.expand(N, U, 1, 2)
        if pupil:
            arrays['input.pupil_centre'] = centre
            s = centre
            for i, (a, b) in enumerate(((2, 6), (6, 6), (6, 2))):
                s = torch.tanh(F.linear(s, weight(f'shifter.s1.mlp.{2 * i}.weight', b, a, scale=2), weight(f'shifter.s1.mlp.{2 * i}.bias', b)))
            arrays['stage.shift'] = s
            grid = grid + s[:, None, None, :]
        y = F.grid_sample(x, grid, align_corners=True)[..., 0]
        arrays['output.response'] = F.elu((y * w[:, :, 0]).sum(1) + state[r + 'bias']) + 1
        arrays.update({'param.' + n: t for n, t in state.items()})
        save(path, arrays, {'session': 's1'})
        """;
}
