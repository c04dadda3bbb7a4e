"""Stores behind the ports of `bot/ports.py`; one contract suite runs over all of them."""
