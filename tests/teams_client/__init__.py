"""Teams as people use it: Microsoft's own Agents Playground in Chromium, against the real command, all on loopback."""
