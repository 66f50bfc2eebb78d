"""Measuring clipcart: real server, real worker, durable commits, load from the same machine.

    ./bench/run                 every workload at full size
    ./bench/run w1 w3 --quick   some of them, small

docs/start/bench.md tells what each workload does and how to read its figures.
"""
