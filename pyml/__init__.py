"""Small neural networks in readable NumPy, made to be watched while they learn."""

from pyml import datasets, layers, losses, ops, trainers
from pyml.network import Network
from pyml.trainers import Stats, Trainer

__version__ = "0.1.0"

__all__ = ["Network", "Stats", "Trainer", "datasets", "layers", "losses", "ops", "trainers"]
