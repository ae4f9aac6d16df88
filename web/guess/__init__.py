"""The game: guess whether a picture is real or fake, then see the truth, what the detector says, and why."""
