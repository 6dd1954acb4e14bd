"""
Training steps of the Xu et al. 2023 network (GRU_1 with shifter) as anyone would write them in PyTorch: torch.nn modules, autograd, torch.optim.Adam. The image
takes gradients only as far as the shifter needs them. Forms differ in the memory layout; Adam takes all parameters at once, its faster way.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

HEIGHT, WIDTH = 60, 80
CENTRE_X, CENTRE_Y = 30.0, 40.0  # as the published code has them


class Shifter(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 256), nn.BatchNorm1d(256), nn.Tanh(), nn.Linear(256, 256), nn.BatchNorm1d(256), nn.Tanh(), nn.Linear(256, 3), nn.Tanh())
        self.bias = nn.Parameter(torch.zeros(3))

    def forward(self, image, pose):
        shift = self.layers(pose) + self.bias
        dx, dy, angle = shift[:, 0] * WIDTH / 5.5, shift[:, 1] * HEIGHT / 5.5, -shift[:, 2] * math.pi / 4
        a, b = torch.cos(angle), torch.sin(angle)
        # The inverse map in normalised coordinates, written out: output pixel to input pixel.
        w, h = (WIDTH - 1) / 2, (HEIGHT - 1) / 2
        ux, uy = w - CENTRE_X - dx, h - CENTRE_Y - dy
        theta = torch.stack((
            torch.stack((a, -b * (h / w), (a * ux - b * uy + CENTRE_X - w) / w), 1),
            torch.stack((b * (w / h), a, (b * ux + a * uy + CENTRE_Y - h) / h), 1)), 1)
        return F.grid_sample(image, F.affine_grid(theta, image.shape, align_corners=True), "bilinear", "zeros", align_corners=True)


class Encoder(nn.Module):
    def __init__(self, units):
        super().__init__()
        layers = []
        for inputs, outputs in ((1, 128), (128, 64), (64, 32)):
            layers += [nn.Conv2d(inputs, outputs, 7, 2), nn.BatchNorm2d(outputs), nn.ReLU(), nn.Dropout(0.5)]
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Linear(480, units))


class Behaviour(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.layers = nn.Sequential(nn.BatchNorm1d(inputs), nn.Linear(inputs, units))


class Xu(nn.Module):
    def __init__(self, units, behaviour):
        super().__init__()
        self.shifter, self.visual_encoder, self.behav_encoder = Shifter(), Encoder(units), Behaviour(behaviour, units)
        self.bn = nn.BatchNorm1d(3)
        self.lstm_net = nn.GRU(3 * units, 512, batch_first=True)
        self.fc = nn.Linear(512, units)

    def forward(self, image, behaviour, pose, layout):
        warped = self.shifter(image, pose).contiguous(memory_format=layout)
        v, b = self.visual_encoder.layers(warped), self.behav_encoder.layers(behaviour)
        fused = self.bn(torch.stack((v, b, v * b), 1)).flatten(1).unsqueeze(1)
        return F.softplus(self.fc(self.lstm_net(fused)[0][:, -1]))


def form(weights, batch, options, layout):
    model = Xu(batch["response"].shape[1], batch["behaviour"].shape[-1])
    model.load_state_dict(weights)
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = options["dropout"]
    model.train()
    if layout == torch.channels_last:
        model = model.to(memory_format=layout)
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-4, foreach=True)
    image, behaviour, pose, response = (batch[name] for name in ("image", "behaviour", "shifter", "response"))

    def step():
        optimiser.zero_grad(set_to_none=True)
        rate = model(image[:, 0], behaviour[:, 0], pose[:, 0], layout)
        loss = torch.mean(rate - response * torch.log(rate + 1e-8)) + model.behav_encoder.layers[1].weight.abs().mean()
        loss.backward()
        optimiser.step()
        return loss.item()
    return step


def forms(weights, batch, options):
    layouts = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}
    return {name: form(weights, batch, options, layouts[name]) for name in layouts}
