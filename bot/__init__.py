"""The shared dialog core. Importing it loads no platform SDK and opens nothing."""
