"""People rate sites: the page they do it on, and the records it leaves."""
