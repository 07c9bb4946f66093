"""Behaviours of Warroom, each shown with real parts."""
