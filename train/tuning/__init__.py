"""Hyperparameters searched by Optuna: `python -m train tune`."""
