"""One eager operator call: the sum of two one-element tensors, many times a step."""
import torch

COMMON = ""  # to every form


class Operator:
    def __init__(self, calls):
        self.a, self.b, self.calls = torch.ones(1), torch.ones(1), calls

    def step(self, t):
        a, b = self.a, self.b
        for _ in range(self.calls):
            a + b


class Function(Operator):
    def step(self, t):
        a, b, add = self.a, self.b, torch.add
        for _ in range(self.calls):
            add(a, b)


def variants(weights, inputs, options):
    return {"reference": {"a + b": Operator(options["calls"]), "torch.add(a, b)": Function(options["calls"])}}, 1
