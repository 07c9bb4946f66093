"""Work nobody asked for just now: delivery of effects, refreshes, housekeeping."""
