"""
Eager forms of the Sensorium 2022 baseline with behaviour (image 36x64, three behaviour planes, pupil centre), one prediction a step.

All fold the batch norms into the convolutions and compute what no input reaches (the readout positions before the shift, the feature weights'
layout) beforehand. Letters: C = 64 channels, U units, the core's map is 28x56.
"""
import torch
from torch.nn import functional as F

from xu import scale_and_offset, then_norm

COMMON = "batch norm folded, "  # to every form


class Sensorium:
    """
    The folded network. `planes` says whether the behaviour enters as the published constant planes or as their equal, a vector added to the
    image's convolution (which is not padded, so a constant plane gives a constant); `readout` how features meet the sampled map.
    """

    def __init__(self, weights, layout, planes, readout):
        self.layout, self.planes, self.readout = layout, planes, readout
        core = "core.features.layer"
        self.first = self._laid_out(*then_norm(
            weights[core + "0.conv.weight"], torch.zeros(64), *scale_and_offset(weights, core + "0.norm")))
        self.image_only = self._laid_out(self.first[0][:, :1], None)
        self.of_behaviour = self.first[0][:, 1:].sum((2, 3)), self.first[1]
        self.separable = []
        for layer in (1, 2, 3):
            prefix = f"{core}{layer}.ds_conv."
            out = then_norm(
                weights[prefix + "out_depth_conv.weight"], torch.zeros(64), *scale_and_offset(weights, f"{core}{layer}.norm"))
            self.separable.append((
                self._laid_out(weights[prefix + "in_depth_conv.weight"], None),
                self._laid_out(weights[prefix + "spatial_conv.weight"], None),
                self._laid_out(*out)))
        self._prepare_readout({name.split(".", 2)[2]: value for name, value in weights.items() if name.startswith("readout.")})
        self.shifter = [
            (value, weights[name[:-len("weight")] + "bias"])
            for name, value in sorted(weights.items()) if name.startswith("shifter.") and name.endswith("weight")]

    def _laid_out(self, weight, bias):
        return weight.contiguous(memory_format=self.layout), bias

    def _prepare_readout(self, readout):
        hidden = F.elu(F.linear(readout["source_grid"], readout["mu_transform.0.weight"], readout["mu_transform.0.bias"]))
        position = torch.tanh(F.linear(hidden, readout["mu_transform.2.weight"], readout["mu_transform.2.bias"]))
        self.position = position.reshape(1, 1, -1, 2)
        features = readout["_features"].reshape(64, -1)
        self.features = features.reshape(1, 64, 1, -1)
        self.features_by_unit = features.t().contiguous()
        self.bias = readout["bias"]

    def predict(self, image, behaviour, pupil):
        """(1,1,36,64), (1,3), (1,2) to the units' responses (U)."""
        if self.planes == "planes":
            planes = behaviour.reshape(1, 3, 1, 1).expand(1, 3, image.shape[2], image.shape[3])
            x = F.conv2d(torch.cat((image, planes), 1).contiguous(memory_format=self.layout), *self.first)
        else:
            # The sum depends on the frame, so it is the convolution's bias of this frame.
            x = F.conv2d(image.contiguous(memory_format=self.layout), self.image_only[0], F.linear(behaviour, *self.of_behaviour).reshape(-1))
        x = F.elu_(x)
        for into, spatial, out in self.separable:
            x = F.conv2d(x, *into)
            x = F.conv2d(x, *spatial, padding=3, groups=64)
            x = F.elu_(F.conv2d(x, *out))
        shift = pupil
        for weight, bias in self.shifter:
            shift = torch.tanh(F.linear(shift, weight, bias))
        return F.elu_(self._read(x, self.position + shift)).add_(1)

    def _read(self, x, grid):
        if self.readout == "sample by row":
            # The grid as (1, U, 1, 2): a channels-last map then samples into one contiguous row of C values a unit.
            sampled = F.grid_sample(x, grid.transpose(1, 2), align_corners=True)
            return (sampled.reshape(64, -1) * self.features[0, :, 0]).sum(0) + self.bias
        sampled = F.grid_sample(x, grid, align_corners=True)
        if self.readout == "multiply and sum":
            return (sampled * self.features).sum(1).reshape(-1) + self.bias
        by_unit = sampled.reshape(64, -1).t()
        return torch.baddbmm(self.bias.reshape(-1, 1, 1), by_unit.unsqueeze(1), self.features_by_unit.unsqueeze(2)).reshape(-1)


class Whole:
    def __init__(self, network, inputs):
        self.network, self.inputs = network, inputs

    def step(self, t):
        frame = slice(t, t + 1)
        return self.network.predict(*(self.inputs[name][frame] for name in ("image", "behaviour", "pupil_centre")))


def variants(weights, inputs, options):
    layouts = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}
    return {"reference": {
        f"{layout}, {planes}, {readout}": Whole(Sensorium(weights, layouts[layout], planes, readout), inputs)
        for layout in layouts for planes in ("planes", "planes summed") for readout in ("multiply and sum", "sample by row", "batched product")}}, inputs["image"].shape[0]
