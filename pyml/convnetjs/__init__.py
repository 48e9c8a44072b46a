"""ConvNetJS's own words: its layer_defs, its trainer's options and its JSON, translated both ways.

    net = convnetjs.network([
        {"type": "input", "out_sx": 1, "out_sy": 1, "out_depth": 2},
        {"type": "fc", "num_neurons": 6, "activation": "tanh"},
        {"type": "softmax", "num_classes": 2},
    ])
    trainer = convnetjs.trainer(net, learning_rate=0.01, batch_size=10, l2_decay=0.001)
    stats = trainer.train([0.5, -1.3], 1)

Nothing else in pyml knows these conventions. docs/convnetjs.md lists where ConvNetJS is wrong or
different and what happens here. (github.com/karpathy/convnetjs)
"""

from pyml.convnetjs.layer_defs import network
from pyml.convnetjs.snapshots import dumps, loads
from pyml.convnetjs.training import Losses, Trainer, trainer

__all__ = ["Losses", "Trainer", "dumps", "loads", "network", "trainer"]
