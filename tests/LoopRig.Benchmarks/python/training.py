"""
The PyTorch side of a training benchmark: trains a network on one batch, step after step, on request.

    python3 training.py NETWORK WEIGHTS BATCH THREADS OPTIONS

WEIGHTS and BATCH are .safetensors files, OPTIONS a JSON object. NETWORK is a module beside this one with forms(weights, batch, options): name -> a function that
takes one training step and returns the loss before it. On standard output one line of JSON introduces the side; then each line read is answered by one line:

    losses COUNT     the losses before the first COUNT steps of a fresh start, in the chosen form
    step COUNT       takes COUNT steps and answers with their nanoseconds
"""
import importlib
import json
import statistics
import sys
import time

import torch

import tensors

TRIED_STEPS = 2


def timed(step):
    begin = time.perf_counter_ns()
    step()
    return time.perf_counter_ns() - begin


def main():
    network, weights, batch, threads, options = sys.argv[1:]
    torch.set_num_threads(int(threads))
    module = importlib.import_module(network)
    make = lambda: module.forms(tensors.read(weights), tensors.read(batch), json.loads(options))
    forms = make()
    times = {name: [] for name in forms}
    for name, step in forms.items():
        step()
    for _ in range(TRIED_STEPS):
        for name, step in forms.items():
            times[name].append(timed(step))
    medians = {name: statistics.median(values) / 1e6 for name, values in times.items()}
    chosen = min(medians, key=medians.get)
    step = make()[chosen]
    print(json.dumps({"torch": torch.__version__, "form": chosen, "tried_ms": medians}), flush=True)
    for line in sys.stdin:
        command, count = line.split()
        if command == "losses":
            fresh = make()[chosen]
            print(*(repr(fresh()) for _ in range(int(count))), flush=True)
        elif command == "step":
            print(*(timed(step) for _ in range(int(count))), flush=True)
        else:
            raise SystemExit(f"unknown command {command}")


if __name__ == "__main__":
    main()
