"""Real processes that are killed, stopped and starved of disk, and a count of what is left: `python -m tests.faults`.

Nothing in the product knows of this: the steps at which a process ends are named at the ports, by `steps`.
"""
