"""Rules of time: business hours, zones, holidays, durations, and times as people type them."""
