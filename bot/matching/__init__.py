"""From a question to ranked candidates with reasons: pure functions over compiled knowledge."""
