"""
Steps of the synthesis of Xu et al. 2023 (GRU_1 with shifter) in eager PyTorch: 64 images and their behaviour for one neuron, Adam with L2, the Laplacian's norm, dropout left
on behind batch norms in evaluation mode. No gradient of weights is asked for. Forms differ in the memory layout and in whether the batch norms are folded.
"""
import torch
from torch import nn
from torch.nn import functional as F

import xu_training
from xu import scale_and_offset, then_norm


def folded(model):
    """The visual encoder's convolutions with the batch norms behind them in their weights."""
    layers = model.visual_encoder.layers
    state = model.state_dict()
    for i in (0, 4, 8):
        name = f"visual_encoder.layers.{i}"
        weight, bias = then_norm(state[name + ".weight"], state[name + ".bias"], *scale_and_offset(state, f"visual_encoder.layers.{i + 1}"))
        layers[i].weight.data, layers[i].bias.data = weight, bias
        layers[i + 1] = nn.Identity()


def form(weights, batch, options, layout, fold):
    units = weights["fc.weight"].shape[0]
    model = xu_training.Xu(units, batch["behaviour"].shape[-1])
    model.load_state_dict(weights)
    model.train()
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.eval()
        if isinstance(module, nn.Dropout):
            module.p = options["dropout"]
    if fold:
        folded(model)
    model = model.to(memory_format=layout)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    images, behaviour = batch["stimulus"].clone().requires_grad_(), batch["behaviour"].clone().requires_grad_()
    pose = torch.zeros(images.shape[0], 4)
    laplace = torch.tensor([[0., -1, 0], [-1, 4, -1], [0, -1, 0]]).reshape(1, 1, 3, 3)
    optimiser = torch.optim.Adam([images, behaviour], lr=0.1, weight_decay=0.02, foreach=True)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, patience=20, factor=0.2, min_lr=1e-5)

    def step():
        optimiser.zero_grad(set_to_none=True)
        rate = model(images, behaviour, pose, layout)[:, options["unit"]]
        loss = torch.sum(-rate + 0.01 * torch.norm(F.conv2d(images, laplace)))
        loss.backward()
        optimiser.step()
        value = loss.item()
        schedule.step(value / images.shape[0])
        return value
    return step


def forms(weights, batch, options):
    layouts = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}
    return {f"{name}, batch norm {'folded' if fold else 'as it is'}": form(weights, batch, options, layouts[name], fold) for name in layouts for fold in (True, False)}
