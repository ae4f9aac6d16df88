"""What makes the model: data, augmentation, training, export. `python -m train --help` lists the commands."""
