"""
The PyTorch side of a benchmark: builds a network's eager forms, finds the fastest, and steps it on request.

    python3 reference.py NETWORK WEIGHTS INPUTS THREADS OPTIONS

WEIGHTS is a .safetensors file or a PyTorch state dict, INPUTS a .safetensors file with sequences, OPTIONS a JSON object. On standard output one line
of JSON introduces the side, then each line read is answered by one line (an end of input ends the process):

    outputs VARIANT COUNT FILE   writes the outputs of the first COUNT steps to FILE as packed float32; answers "done"
    step VARIANT COUNT           takes COUNT steps and answers with their nanoseconds

Steps walk through the inputs and begin again at their end.
"""
import importlib
import json
import statistics
import sys
import time

import torch

import tensors

ROUNDS, STEPS_A_ROUND = 15, 12


class Walker:
    """Steps one form through the inputs, in order and for ever."""

    def __init__(self, form, length):
        self.form, self.length, self.next = form, length, 0

    def time_step(self):
        begin = time.perf_counter_ns()
        self.form.step(self.next)
        elapsed = time.perf_counter_ns() - begin
        self.next = (self.next + 1) % self.length
        return elapsed


def choose(forms, length, rounds, steps_a_round):
    """The fastest form's name, and every form's median in ms. Rounds are interleaved, so that a disturbance meets every form."""
    walkers = {name: Walker(form, length) for name, form in forms.items()}
    times = {name: [] for name in forms}
    for walker in walkers.values():
        for _ in range(steps_a_round):
            walker.time_step()
    for _ in range(rounds):
        for name, walker in walkers.items():
            times[name] += [walker.time_step() for _ in range(steps_a_round)]
    medians = {name: statistics.median(values) / 1e6 for name, values in times.items()}
    return min(medians, key=medians.get), medians


def load(path):
    if path.endswith(".safetensors"):
        return tensors.read(path)
    return torch.load(path, map_location="cpu")


def main():
    network, weights, inputs, threads, options = sys.argv[1:]
    torch.set_num_threads(int(threads))
    with torch.inference_mode():
        module = importlib.import_module(network)
        variants, length = module.variants(load(weights), load(inputs), json.loads(options))
        walkers, introduction = {}, {}
        for variant, forms in variants.items():
            name, medians = choose(forms, length, getattr(module, "ROUNDS", ROUNDS), getattr(module, "STEPS_A_ROUND", STEPS_A_ROUND))
            walkers[variant] = Walker(forms[name], length)
            introduction[variant] = {"form": module.COMMON + name, "tried_ms": medians}
        print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads(), "variants": introduction}), flush=True)
        for line in sys.stdin:
            command, variant, count, *rest = line.split(maxsplit=3)
            walker = walkers[variant]
            if command == "outputs":
                results = [walker.form.step(t % length).reshape(-1) for t in range(int(count))]
                with open(rest[0].rstrip("\n"), "wb") as file:
                    file.write(torch.stack(results).numpy().tobytes())
                print("done", flush=True)
            elif command == "step":
                print(*(walker.time_step() for _ in range(int(count))), flush=True)
            else:
                raise SystemExit(f"unknown command {command}")


if __name__ == "__main__":
    main()
