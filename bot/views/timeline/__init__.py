"""Views of what happened: entries of the timeline in words, for whoever reads them."""
