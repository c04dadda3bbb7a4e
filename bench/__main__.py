"""`make bench`: every figure that the README quotes, measured on this machine in one run."""

from __future__ import annotations

from bench import casework, memory, quality, reports, scale, slack, speed, teams


def main() -> None:
    """Run all benchmarks in order."""
    for part in (quality, speed, scale, reports, casework, memory, slack, teams):
        print(f"\n## {(part.__doc__ or '').splitlines()[0]}\n", flush=True)
        part.main()


if __name__ == "__main__":
    main()
