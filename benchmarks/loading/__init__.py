"""The parts of `benchmarks.load`: photos whose answers are known, clients, a server to be pushed about, figures."""
