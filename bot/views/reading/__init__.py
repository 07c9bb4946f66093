"""Views of read models: home, dossier, catch-up, similar escalations."""
