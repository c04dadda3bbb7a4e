"""Pages of our own in the browser: the record of a case and the figures, each behind a link that opens once."""
