#!/usr/bin/env python3
"""Make models/*.json: losses, gradients and steps of descent, by JAX's automatic differentiation in double precision.

    # Python 3.11 or later
    pip install jax==0.10.2 numpy
    python make_models.py [FOLDER]          # default: the folder of this script

    models/losses.json      scores and targets of each loss, its mean over the rows and the gradient of that
    models/networks.json    networks, batches, and what descent with momentum makes of them

The formulas are written here as in the CS231n notes and differentiated by JAX: no gradient is written by hand.
Weights are units x inputs, as nnprep (and PyTorch) keep them.
"""

import json
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)


# ------------------------------------------------------------------------------------------------------------ losses


def of_classes(per_row):
    return lambda f, y: jnp.mean(jax.vmap(per_row)(f, y))


def softmax(f, y):
    return -jax.nn.log_softmax(f)[y]


def margins(f, y):
    return jnp.where(jnp.arange(len(f)) == y, 0, jnp.maximum(0, f - f[y] + 1))


def paths(low, high, nodes):
    """{class: [(node, +1 left or -1 right), ...]} of low <= class < high; nodes counts those that are taken."""
    if high - low == 1:
        return {low: []}
    node, nodes[0] = nodes[0], nodes[0] + 1
    middle = low + (high - low + 1) // 2
    found = {c: [(node, 1), *path] for c, path in paths(low, middle, nodes).items()}
    found.update({c: [(node, -1), *path] for c, path in paths(middle, high, nodes).items()})
    return found


def hierarchical(f, y):
    """Minus the log of the probability of y, a product over its path."""
    classes = len(f) + 1
    tree = paths(0, classes, [0])
    ways = np.zeros((classes, classes - 1))
    for c, path in tree.items():
        for node, way in path:
            ways[c, node] = way
    way = jnp.asarray(ways)[y]
    return -jnp.sum(jnp.where(way == 0, 0, jax.nn.log_sigmoid(way * f)))


LOSSES = {
    "softmax": of_classes(softmax),
    "svm": of_classes(lambda f, y: margins(f, y).sum()),
    "squared-hinge": of_classes(lambda f, y: (margins(f, y) ** 2).sum()),
    "hierarchical": of_classes(hierarchical),
    "hinge": lambda f, y: jnp.mean(jnp.maximum(0, 1 - y * f).sum(axis=1)),
    "logistic": lambda f, y: jnp.mean(-jax.nn.log_sigmoid(y * f).sum(axis=1)),
    "l2": lambda f, y: jnp.mean(((f - y) ** 2).sum(axis=1)),
    "l1": lambda f, y: jnp.mean(jnp.abs(f - y).sum(axis=1)),
}
CLASS_LOSSES = ["softmax", "svm", "squared-hinge", "hierarchical"]


def targets(loss, rows, count, random):
    if loss in CLASS_LOSSES:
        return random.integers(0, count, rows)
    return random.choice([-1.0, 1.0], (rows, count)) if loss in ["hinge", "logistic"] else random.normal(size=(rows, count))


def loss_cases():
    for number, (name, loss) in enumerate(LOSSES.items()):
        random = np.random.default_rng(number)
        for rows, count in [(6, 2), (5, 7)]:
            f = random.normal(scale=1.5, size=(rows, count - (name == "hierarchical")))
            y = targets(name, rows, count, random)
            value, gradient = jax.value_and_grad(loss)(f, y)
            yield {
                "loss": name, "count": count, "scores": flat(f), "targets": flat(y), "value": float(value),
                "gradient": flat(gradient),
            }


# ---------------------------------------------------------------------------------------------------------- networks


def random_bits(seed):
    """SplitMix64 (Steele, Lea and Flood, 2014), 32 bits at a time, the high ones first."""
    state, low = seed, 2**64 - 1
    while True:
        state = (state + 0x9E3779B97F4A7C15) & low
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & low
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & low
        z ^= z >> 31
        yield from (z >> 32, z & 0xFFFFFFFF)


def dropout_mask(bits, shape, rate):
    """0 with probability `rate`, else 1 / (1 - rate): dropout, inverted. A draw of 64 bits is never shared by masks."""
    count = int(np.prod(shape))
    drawn = np.array([next(bits) for _ in range(count + count % 2)])[:count]
    return np.where(drawn < int(rate * 2**32), 0, 1 / (1 - rate)).reshape(shape)


def forward(parameters, x, normalizes, running=None, masks=None):
    """Scores, and the mean and variance (divisor N - 1) of each hidden layer's inputs to batch normalization.

    masks: what the input and each hidden layer's output are multiplied with.
    """
    measured = []
    for i, layer in enumerate(parameters):
        x = x if masks is None else x * masks[i]
        x = x @ layer["weights"].T + layer["biases"]
        if i == len(parameters) - 1:
            return x, measured
        if normalizes:
            mean, variance = (x.mean(axis=0), x.var(axis=0)) if running is None else running[i]
            measured.append((x.mean(axis=0), x.var(axis=0, ddof=1)))
            x = layer["scale"] * (x - mean) / jnp.sqrt(variance + 1e-5) + layer["shift"]
        x = jnp.maximum(0, x)


def network_case(name, widths, loss, normalizes, steps, seed, rate, momentum=0.0, l2=0.0, l1=0.0, max_norm=None,
                 input_dropout=0.0, dropout=0.0):
    random = np.random.default_rng(seed)
    parameters = []
    for inputs, units in zip(widths, widths[1:]):
        layer = {
            "weights": random.normal(scale=(2 / inputs) ** 0.5, size=(units, inputs)),
            "biases": random.normal(scale=0.1, size=units),
        }
        if normalizes and len(parameters) < len(widths) - 2:
            layer |= {"scale": np.ones(units), "shift": np.zeros(units)}
        parameters.append({k: jnp.asarray(v) for k, v in layer.items()})
    count = widths[-1] + (loss == "hierarchical")

    def objective(parameters, x, y, masks):
        weights = [layer["weights"] for layer in parameters]
        penalty = sum(l2 / 2 * (w**2).sum() + l1 * jnp.abs(w).sum() for w in weights)
        data = LOSSES[loss](forward(parameters, x, normalizes, masks=masks)[0], y)
        return data + penalty, data

    initial = listed(parameters)
    velocity = jax.tree.map(jnp.zeros_like, parameters)
    # From nothing, which the weight of all batches so far makes up for.
    running = [(jnp.zeros(u), jnp.zeros(u)) for u in widths[1:-1]] if normalizes else []
    bits = random_bits(seed)
    batches = []
    for _ in range(steps):
        rows = int(random.integers(6, 10))
        x, y = random.normal(size=(rows, widths[0])), targets(loss, rows, count, random)
        masks = [
            dropout_mask(bits, (rows, width), rate) if rate > 0 else np.ones((rows, width))
            for width, rate in zip(widths[:-1], [input_dropout] + [dropout] * (len(widths) - 2))
        ]
        (_, data), gradient = jax.value_and_grad(objective, has_aux=True)(parameters, x, y, masks)
        measured = forward(parameters, x, normalizes, masks=masks)[1]
        running = [(0.9 * m + 0.1 * bm, 0.9 * v + 0.1 * bv) for (m, v), (bm, bv) in zip(running, measured)]
        velocity = jax.tree.map(lambda v, g: momentum * v - rate * g, velocity, gradient)
        parameters = jax.tree.map(lambda w, v: w + v, parameters, velocity)
        if max_norm is not None:
            for layer in parameters:
                length = jnp.linalg.norm(layer["weights"], axis=1, keepdims=True)
                layer["weights"] = layer["weights"] * jnp.minimum(1, max_norm / length)
        batches.append({"inputs": flat(x), "targets": flat(y), "loss": float(data)})
    running = [(m / (1 - 0.9**steps), v / (1 - 0.9**steps)) for m, v in running]
    x = random.normal(size=(4, widths[0]))
    return {
        "name": name, "inputs": widths[0], "hidden": widths[1:-1], "count": count, "loss": loss,
        "normalizes": normalizes, "rate": rate, "momentum": momentum, "l2": l2, "l1": l1, "maxNorm": max_norm,
        "seed": seed, "inputDropout": input_dropout, "dropout": dropout,
        "initial": initial, "batches": batches, "final": listed(parameters),
        "runningMeans": [flat(m) for m, _ in running], "runningVariances": [flat(v) for _, v in running],
        "evaluated": {"inputs": flat(x), "scores": flat(forward(parameters, x, normalizes, running)[0])},
    }


def flat(array):
    return np.asarray(array).ravel().tolist()


def listed(parameters):
    return [{k: flat(v) for k, v in layer.items()} for layer in parameters]


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent) / "models"
    folder.mkdir(exist_ok=True)
    networks = [
        network_case("linear softmax", [5, 3], "softmax", False, 3, 1, 0.1),
        network_case("two layers, momentum", [5, 4, 3], "softmax", False, 5, 2, 0.1, momentum=0.9),
        network_case("L2 and L1", [5, 4, 3], "svm", False, 4, 3, 0.05, momentum=0.5, l2=0.1, l1=0.02),
        network_case("max-norm", [5, 4, 3], "squared-hinge", False, 4, 4, 0.05, momentum=0.9, max_norm=1.0),
        network_case("batch normalization", [5, 6, 4, 3], "softmax", True, 5, 5, 0.1, momentum=0.9, l2=0.01),
        network_case("tree", [4, 5, 5], "hierarchical", False, 3, 6, 0.1, momentum=0.9),
        network_case("attributes", [4, 5, 3], "logistic", True, 3, 7, 0.1),
        network_case("numbers", [4, 5, 2], "l2", False, 3, 8, 0.02, momentum=0.9),
        network_case("dropout", [5, 7, 6, 3], "softmax", False, 4, 9, 0.1, momentum=0.9, dropout=0.5),
        network_case("dropout of inputs", [7, 3], "svm", False, 4, 10, 0.05, input_dropout=0.2),
        network_case("dropout, batch normalization", [5, 6, 4, 3], "softmax", True, 4, 11, 0.1, momentum=0.9, l2=0.01,
                     input_dropout=0.1, dropout=0.3),
    ]
    for name, cases in [("losses", list(loss_cases())), ("networks", networks)]:
        (folder / f"{name}.json").write_text(json.dumps(cases, indent=0) + "\n")


main()
